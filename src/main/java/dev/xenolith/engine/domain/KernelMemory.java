package dev.xenolith.engine.domain;

import dev.xenolith.engine.mmu.GuestAccess;
import dev.xenolith.engine.mmu.GuestAccessFault;

/** The guest kernel's memory for those who cannot let a bad address throw: says whether it worked. */
public final class KernelMemory {

    private final GuestAccess access;

    KernelMemory(GuestAccess access) {
        this.access = access;
    }

    /** The same memory for hypercalls, whose dispatcher answers -EFAULT. */
    public GuestAccess access() {
        return access;
    }

    boolean tryWriteLong(long va, long value) {
        try {
            access.writeLong(va, value);
            return true;
        } catch (GuestAccessFault e) {
            return false;
        }
    }

    boolean tryCopyIn(long va, byte[] into, int length) {
        try {
            access.copyIn(va, into, 0, length);
            return true;
        } catch (GuestAccessFault e) {
            return false;
        }
    }

    boolean tryCopyOut(long va, byte[] from, int length) {
        try {
            access.copyOut(va, from, 0, length);
            return true;
        } catch (GuestAccessFault e) {
            return false;
        }
    }
}
