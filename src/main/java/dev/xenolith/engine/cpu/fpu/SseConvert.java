package dev.xenolith.engine.cpu.fpu;

/**
 * Conversions between single, double and integers: the lanes. The instructions made of them are in {@link
 * SseConversions}.
 */
final class SseConvert {
    private static final int PRECISION_KNOWN = Mxcsr.PE | Mxcsr.PE << Mxcsr.MASK_SHIFT;

    private SseConvert() {}

    static long singleToDouble(FpuState s, int a) {
        if (SingleLane.plain(a)) {
            return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
        }
        SoftFloat f = s.soft;
        f.a.loadSingle(a, Simd.denormalsAreZero(s));
        if (widenOrNarrow(s, f)) {
            f.toDouble();
        }
        return f.result.toDouble();
    }

    static int doubleToSingle(FpuState s, long a) {
        double value = Double.longBitsToDouble(a);
        float narrow = (float) value;
        int bits = Float.floatToRawIntBits(narrow);
        boolean exact = narrow == value && (SingleLane.aboveLeast(bits) || bits << 1 == 0);
        if (exact && DoubleLane.plain(a)) {
            return bits;
        }
        SoftFloat f = s.soft;
        f.a.loadDouble(a, Simd.denormalsAreZero(s));
        if (widenOrNarrow(s, f)) {
            f.toSingle();
        }
        return f.result.toSingle();
    }

    private static boolean widenOrNarrow(FpuState s, SoftFloat f) {
        f.beginSimd(s.mxcsr);
        f.result.set(f.a);
        f.rest = 0;
        if (f.a.isNan()) {
            f.raise(f.a.kind == Num.SIGNALING ? Mxcsr.IE : 0);
            f.result.quieten();
            return false;
        }
        if (f.a.kind != Num.FINITE) {
            return false;
        }
        f.raise(f.a.denormal ? Mxcsr.DE : 0);
        return true;
    }

    static int intToSingle(FpuState s, int value) {
        return integerToSingle(s, value);
    }

    static int integerToSingle(FpuState s, long value) {
        float narrow = value;
        if ((long) narrow == value && Math.abs(value) < 1L << 62) {
            return Float.floatToRawIntBits(narrow);
        }
        SoftFloat f = s.soft;
        f.beginSimd(s.mxcsr);
        f.result.loadInteger(value);
        f.rest = 0;
        f.toSingle();
        return f.result.toSingle();
    }

    static long integerToDouble(FpuState s, long value) {
        double narrow = value;
        if ((long) narrow == value && Math.abs(value) < 1L << 62) {
            return Double.doubleToRawLongBits(narrow);
        }
        SoftFloat f = s.soft;
        f.beginSimd(s.mxcsr);
        f.result.loadInteger(value);
        f.rest = 0;
        f.toDouble();
        return f.result.toDouble();
    }

    /** To 32 or 64 bits; not fitting gives the least integer and IE. */
    static long singleToInteger(FpuState s, int a, boolean truncate, int bits) {
        float value = Float.intBitsToFloat(a);
        long whole = (long) value;
        if (fits(s, whole, whole == value, truncate, bits)) {
            return whole;
        }
        s.soft.a.loadSingle(a, Simd.denormalsAreZero(s));
        return toInteger(s, truncate, bits);
    }

    static long doubleToInteger(FpuState s, long a, boolean truncate, int bits) {
        double value = Double.longBitsToDouble(a);
        long whole = (long) value;
        if (fits(s, whole, whole == value, truncate, bits)) {
            return whole;
        }
        s.soft.a.loadDouble(a, Simd.denormalsAreZero(s));
        return toInteger(s, truncate, bits);
    }

    /** Java's cast is the answer; zero is left out, since it may be a NaN or a denormal, and so are the greatest. */
    private static boolean fits(FpuState s, long whole, boolean exact, boolean truncate, int bits) {
        boolean inexactIsKnown = truncate && (s.mxcsr & PRECISION_KNOWN) == PRECISION_KNOWN;
        boolean middling = bits == 32 ? whole == (int) whole : Math.abs(whole) < 1L << 62;
        return middling && whole != 0 && whole != Long.MIN_VALUE && (exact || inexactIsKnown);
    }

    private static long toInteger(FpuState s, boolean truncate, int bits) {
        SoftFloat f = s.soft;
        f.beginSimd(s.mxcsr);
        return SoftInteger.convert(f, f.a, truncate ? SoftFloat.TRUNCATE : f.rounding(), bits);
    }
}
