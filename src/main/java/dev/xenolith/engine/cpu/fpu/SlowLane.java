package dev.xenolith.engine.cpu.fpu;

/**
 * One lane of an SSE arithmetic operation for any operand, rounding mode and flag: the path behind {@link SingleLane} and
 * {@link DoubleLane}, and what those are tested against.
 */
final class SlowLane {
    static final int ADD = 0;
    static final int SUBTRACT = 1;
    static final int MULTIPLY = 2;
    static final int DIVIDE = 3;
    static final int ROOT = 4;

    private SlowLane() {}

    /** {@code a} is the destination's lane; a root is of {@code b}. */
    static int single(FpuState s, int operation, int a, int b) {
        SoftFloat f = s.soft;
        boolean daz = Simd.denormalsAreZero(s);
        f.beginSimd(s.mxcsr);
        f.a.loadSingle(a, daz);
        f.b.loadSingle(b, daz);
        if (compute(f, operation)) {
            f.toSingle();
        }
        return f.result.toSingle();
    }

    static long dual(FpuState s, int operation, long a, long b) {
        SoftFloat f = s.soft;
        boolean daz = Simd.denormalsAreZero(s);
        f.beginSimd(s.mxcsr);
        f.a.loadDouble(a, daz);
        f.b.loadDouble(b, daz);
        if (compute(f, operation)) {
            f.toDouble();
        }
        return f.result.toDouble();
    }

    private static boolean compute(SoftFloat f, int operation) {
        if (operation == ROOT) {
            f.a.set(f.b);
        }
        if (f.a.isNan() || f.b.isNan()) {
            propagate(f);
            return false;
        }
        return switch (operation) {
            case ADD -> SoftOperation.add(f);
            case SUBTRACT -> SoftOperation.subtract(f);
            case MULTIPLY -> SoftOperation.multiply(f);
            case DIVIDE -> SoftOperation.divide(f);
            default -> SoftOperation.squareRoot(f);
        };
    }

    /** The destination's NaN wins over the source's, whichever of them is signaling (SDM volume 1, table 4-7). */
    private static void propagate(SoftFloat f) {
        if (f.a.kind == Num.SIGNALING || f.b.kind == Num.SIGNALING) {
            f.raise(Mxcsr.IE);
        }
        f.result.set(f.a.isNan() ? f.a : f.b);
        f.result.quieten();
    }

    /** MIN and MAX: the source's bits unless the destination's compare strictly; a NaN is invalid, quiet or not. */
    static int extremeSingle(FpuState s, boolean maximum, int a, int b) {
        SoftFloat f = s.soft;
        boolean daz = Simd.denormalsAreZero(s);
        f.beginSimd(s.mxcsr);
        f.a.loadSingle(a, daz);
        f.b.loadSingle(b, daz);
        boolean first = firstWins(f, maximum);
        int bits = first ? a : b;
        return daz && (bits & 0x7f80_0000) == 0 ? bits & 0x8000_0000 : bits;
    }

    static long extremeDouble(FpuState s, boolean maximum, long a, long b) {
        SoftFloat f = s.soft;
        boolean daz = Simd.denormalsAreZero(s);
        f.beginSimd(s.mxcsr);
        f.a.loadDouble(a, daz);
        f.b.loadDouble(b, daz);
        long bits = firstWins(f, maximum) ? a : b;
        return daz && (bits & 0x7ff0_0000_0000_0000L) == 0 ? bits & Long.MIN_VALUE : bits;
    }

    private static boolean firstWins(SoftFloat f, boolean maximum) {
        if (f.a.isNan() || f.b.isNan()) {
            f.raise(Mxcsr.IE);
            return false;
        }
        SoftOperation.noteDenormals(f);
        int order = SoftCompare.order(f.a, f.b);
        return maximum ? order > 0 : order < 0;
    }
}
