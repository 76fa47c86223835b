package dev.xenolith.engine.cpu;

/**
 * An exception of the guest on its way to {@link CpuEnvironment#exception}. Each {@link Cpu} owns one and throws it again
 * and again; it carries no stack trace and is never kept.
 */
public final class GuestFault extends RuntimeException {
    private int vector;
    private int errorCode;
    private long cr2;

    GuestFault() {
        super(null, null, false, false);
    }

    GuestFault with(int newVector, int newErrorCode, long newCr2) {
        vector = newVector;
        errorCode = newErrorCode;
        cr2 = newCr2;
        return this;
    }

    public int vector() {
        return vector;
    }

    /** −1 where the vector has none. */
    public int errorCode() {
        return errorCode;
    }

    public long cr2() {
        return cr2;
    }

    @Override
    public String getMessage() {
        return "vector %d, error code %d, cr2 0x%x".formatted(vector, errorCode, cr2);
    }
}
