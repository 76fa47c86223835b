package dev.xenolith.engine.mmu;

/**
 * A hypercall's pointer leads nowhere: the dispatcher returns −EFAULT. Made once for each {@link GuestAccess}, without a
 * stack trace, and thrown again and again.
 */
public final class GuestAccessFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GuestAccessFault() {
        super("guest address", null, false, false);
    }
}
