package dev.xenolith.engine.cpu.fpu;

/**
 * One double-precision lane of the SSE arithmetic, on raw bits; as {@link SingleLane}.
 *
 * <p>Here exactness is read from a fused multiply-add's residue, which is itself exact as long as no term of it gets
 * near the denormals: hence the narrower range of exponents for products, quotients and roots.
 */
final class DoubleLane {
    private static final int MODE = 0x7fa0;
    private static final int MASKED_NEAREST = 0x1f80;

    @FunctionalInterface
    interface Operation {
        long apply(FpuState s, long a, long b);
    }

    private DoubleLane() {}

    static long add(FpuState s, long a, long b) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double sum = x + y;
        long bits = Double.doubleToRawLongBits(sum);
        boolean easy = plain(a) && plain(b) && plain(bits);
        return easy && (inexactIsKnown(s) || (nearest(s) && sumIsExact(x, y, sum)))
                ? bits
                : SlowLane.dual(s, SlowLane.ADD, a, b);
    }

    static long subtract(FpuState s, long a, long b) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double difference = x - y;
        long bits = Double.doubleToRawLongBits(difference);
        boolean easy = plain(a) && plain(b) && plain(bits);
        return easy && (inexactIsKnown(s) || (nearest(s) && sumIsExact(x, -y, difference)))
                ? bits
                : SlowLane.dual(s, SlowLane.SUBTRACT, a, b);
    }

    static long multiply(FpuState s, long a, long b) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double product = x * y;
        long bits = Double.doubleToRawLongBits(product);
        if (normal(a) && normal(b) && aboveLeast(bits)) {
            if (inexactIsKnown(s) || (nearest(s) && middling(bits) && Math.fma(x, y, -product) == 0)) {
                return bits;
            }
        }
        return SlowLane.dual(s, SlowLane.MULTIPLY, a, b);
    }

    static long divide(FpuState s, long a, long b) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double quotient = x / y;
        long bits = Double.doubleToRawLongBits(quotient);
        if (normal(a) && normal(b) && aboveLeast(bits)) {
            if (inexactIsKnown(s) || (nearest(s) && middling(a) && Math.fma(quotient, y, -x) == 0)) {
                return bits;
            }
        }
        return SlowLane.dual(s, SlowLane.DIVIDE, a, b);
    }

    /** The root of {@code b}. */
    static long root(FpuState s, long a, long b) {
        double x = Double.longBitsToDouble(b);
        double root = Math.sqrt(x);
        if (normal(b) && b > 0) {
            if (inexactIsKnown(s) || (nearest(s) && middling(b) && Math.fma(root, root, -x) == 0)) {
                return Double.doubleToRawLongBits(root);
            }
        }
        return SlowLane.dual(s, SlowLane.ROOT, b, b);
    }

    static long minimum(FpuState s, long a, long b) {
        if (plain(a) && plain(b)) {
            return Double.longBitsToDouble(a) < Double.longBitsToDouble(b) ? a : b;
        }
        return SlowLane.extremeDouble(s, false, a, b);
    }

    static long maximum(FpuState s, long a, long b) {
        if (plain(a) && plain(b)) {
            return Double.longBitsToDouble(a) > Double.longBitsToDouble(b) ? a : b;
        }
        return SlowLane.extremeDouble(s, true, a, b);
    }

    private static boolean inexactIsKnown(FpuState s) {
        return (s.mxcsr & MODE) == (MASKED_NEAREST | Mxcsr.PE);
    }

    private static boolean nearest(FpuState s) {
        return (s.mxcsr & (MODE & ~Mxcsr.PE)) == MASKED_NEAREST;
    }

    private static boolean sumIsExact(double x, double y, double sum) {
        double back = sum - x;
        return (x - (sum - back)) + (y - back) == 0;
    }

    /** Neither zero nor denormal, infinite or NaN. */
    static boolean normal(long bits) {
        return (bits + 0x0010_0000_0000_0000L & 0x7fe0_0000_0000_0000L) != 0;
    }

    /** Normal and greater than the least such exponent, as {@link SingleLane#aboveLeast}. */
    static boolean aboveLeast(long bits) {
        long exponent = bits >>> 52 & 0x7ff;
        return exponent >= 2 && exponent < 0x7ff;
    }

    static boolean plain(long bits) {
        return normal(bits) || bits << 1 == 0;
    }

    /** Exponent at least -895: a residue 53 bits below it is normal. */
    private static boolean middling(long bits) {
        return (bits & Long.MAX_VALUE) >>> 52 >= 128;
    }
}
