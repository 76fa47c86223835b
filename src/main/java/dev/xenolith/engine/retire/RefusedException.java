package dev.xenolith.engine.retire;

import dev.xenolith.engine.PageRetirement.Reason;

/** A frame that cannot be exchanged, and why. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RefusedException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
