package dev.xenolith.engine.grant;

/** A backend cannot map what a guest offers; the message says what was expected of the entry and what it says. */
public final class GrantRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    GrantRefusedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The status ({@code GNTST_*}) with which Xen refuses. */
    public int status() {
        return status;
    }
}
