package dev.xenolith.engine.cpu.fpu;

/**
 * One single-precision lane of the SSE arithmetic, on raw bits; {@code a} is the destination's, {@code b} the source's.
 *
 * <p>Java's float rounds to nearest and knows no flags. So it answers where rounding is to nearest and everything
 * masked, operands and result are zero or normal, and the result is exact or PE is set already. Whether it is exact is
 * read from the product or the sum in double precision. All else is {@link SlowLane}'s.
 */
final class SingleLane {
    /** Rounding, masks and PE; nearest with all masked. */
    private static final int MODE = 0x7fa0;

    private static final int MASKED_NEAREST = 0x1f80;

    @FunctionalInterface
    interface Operation {
        int apply(FpuState s, int a, int b);
    }

    private SingleLane() {}

    static int add(FpuState s, int a, int b) {
        float x = Float.intBitsToFloat(a);
        float y = Float.intBitsToFloat(b);
        float sum = x + y;
        int bits = Float.floatToRawIntBits(sum);
        boolean easy = plain(a) && plain(b) && plain(bits);
        return easy && (inexactIsKnown(s) || (nearest(s) && sumIsExact(x, y, sum)))
                ? bits
                : SlowLane.single(s, SlowLane.ADD, a, b);
    }

    static int subtract(FpuState s, int a, int b) {
        float x = Float.intBitsToFloat(a);
        float y = Float.intBitsToFloat(b);
        float difference = x - y;
        int bits = Float.floatToRawIntBits(difference);
        boolean easy = plain(a) && plain(b) && plain(bits);
        return easy && (inexactIsKnown(s) || (nearest(s) && sumIsExact(x, -y, difference)))
                ? bits
                : SlowLane.single(s, SlowLane.SUBTRACT, a, b);
    }

    static int multiply(FpuState s, int a, int b) {
        double exact = (double) Float.intBitsToFloat(a) * Float.intBitsToFloat(b);
        float product = (float) exact;
        int bits = Float.floatToRawIntBits(product);
        boolean easy = plain(a) && plain(b) && (aboveLeast(bits) || exact == 0);
        return easy && (inexactIsKnown(s) || (nearest(s) && product == exact))
                ? bits
                : SlowLane.single(s, SlowLane.MULTIPLY, a, b);
    }

    static int divide(FpuState s, int a, int b) {
        float x = Float.intBitsToFloat(a);
        float y = Float.intBitsToFloat(b);
        float quotient = x / y;
        int bits = Float.floatToRawIntBits(quotient);
        boolean easy = normal(a) && normal(b) && aboveLeast(bits);
        return easy && (inexactIsKnown(s) || (nearest(s) && (double) quotient * y == x))
                ? bits
                : SlowLane.single(s, SlowLane.DIVIDE, a, b);
    }

    /** The root of {@code b}. The double root of a float, rounded once more, is the float root. */
    static int root(FpuState s, int a, int b) {
        float x = Float.intBitsToFloat(b);
        float root = (float) Math.sqrt(x);
        boolean easy = normal(b) && b > 0;
        return easy && (inexactIsKnown(s) || (nearest(s) && (double) root * root == x))
                ? Float.floatToRawIntBits(root)
                : SlowLane.single(s, SlowLane.ROOT, b, b);
    }

    static int minimum(FpuState s, int a, int b) {
        if (plain(a) && plain(b)) {
            return Float.intBitsToFloat(a) < Float.intBitsToFloat(b) ? a : b;
        }
        return SlowLane.extremeSingle(s, false, a, b);
    }

    static int maximum(FpuState s, int a, int b) {
        if (plain(a) && plain(b)) {
            return Float.intBitsToFloat(a) > Float.intBitsToFloat(b) ? a : b;
        }
        return SlowLane.extremeSingle(s, true, a, b);
    }

    private static boolean inexactIsKnown(FpuState s) {
        return (s.mxcsr & MODE) == (MASKED_NEAREST | Mxcsr.PE);
    }

    private static boolean nearest(FpuState s) {
        return (s.mxcsr & (MODE & ~Mxcsr.PE)) == MASKED_NEAREST;
    }

    /** Knuth's two-sum: the error of a rounded sum is a float itself. */
    private static boolean sumIsExact(float x, float y, float sum) {
        float back = sum - x;
        return (x - (sum - back)) + (y - back) == 0;
    }

    /** Neither zero nor denormal, infinite or NaN. */
    static boolean normal(int bits) {
        return (bits + 0x0080_0000 & 0x7f00_0000) != 0;
    }

    /**
     * Normal and greater than the least such exponent: a product that rounds to the least normal number may have been
     * tiny.
     */
    static boolean aboveLeast(int bits) {
        return Integer.compareUnsigned((bits & 0x7f80_0000) - 0x0100_0000, 0x7e80_0000) < 0;
    }

    /** Normal or zero. */
    static boolean plain(int bits) {
        return normal(bits) || bits << 1 == 0;
    }
}
