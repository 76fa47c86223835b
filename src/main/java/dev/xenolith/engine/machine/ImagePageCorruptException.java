package dev.xenolith.engine.machine;

/**
 * A page of the image that a domain runs from is not what was saved. Ends that domain: neither the guest nor the host
 * is at fault, and nobody can go on with bytes that are gone.
 */
public final class ImagePageCorruptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int mfn;

    ImagePageCorruptException(int mfn, String message) {
        super(message);
        this.mfn = mfn;
    }

    ImagePageCorruptException(int mfn, String message, RuntimeException cause) {
        super(message, cause);
        this.mfn = mfn;
    }

    /** {@link Machine#NO_FRAME} for what is no page of one frame. */
    public int mfn() {
        return mfn;
    }
}
