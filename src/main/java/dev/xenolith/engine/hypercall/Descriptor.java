package dev.xenolith.engine.hypercall;

/** Fields of an 8-byte segment descriptor (SDM volume 3, 3.4.5). */
final class Descriptor {

    private static final long PRESENT = 1L << 47;
    private static final long CODE_OR_DATA = 1L << 44;
    private static final long CODE = 1L << 43;
    private static final long READABLE = 1L << 41;
    private static final long LONG = 1L << 53;
    private static final long RING3 = 3L << 45;

    private Descriptor() {}

    /** Present, of ring 3, and readable: what a data segment register takes. */
    static boolean isUserData(long descriptor) {
        return has(descriptor, PRESENT | CODE_OR_DATA | RING3) && (!has(descriptor, CODE) || has(descriptor, READABLE));
    }

    /** Present 64-bit code of ring 3. */
    static boolean isUserCode64(long descriptor) {
        return isUserCode(descriptor) && has(descriptor, LONG);
    }

    static boolean isUserCode(long descriptor) {
        return has(descriptor, PRESENT | CODE_OR_DATA | RING3 | CODE);
    }

    static long base(long descriptor) {
        return (descriptor >>> 16 & 0xffffff) | (descriptor >>> 56) << 24;
    }

    private static boolean has(long descriptor, long bits) {
        return (descriptor & bits) == bits;
    }
}
