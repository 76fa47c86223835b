package dev.xenolith.engine.cpu.fpu;

/** Order of two numbers. */
final class SoftCompare {
    static final int UNORDERED = 2;

    private SoftCompare() {}

    /** -1, 0, 1 for less, equal, greater; neither is a NaN. Zeros are equal whatever their signs. */
    static int order(Num a, Num b) {
        if (a.kind == Num.ZERO && b.kind == Num.ZERO) {
            return 0;
        }
        if (a.kind == Num.ZERO) {
            return b.negative ? 1 : -1;
        }
        if (b.kind == Num.ZERO || a.negative != b.negative) {
            return a.negative ? -1 : 1;
        }
        int magnitudes = magnitudes(a, b);
        return a.negative ? -magnitudes : magnitudes;
    }

    private static int magnitudes(Num a, Num b) {
        if (a.kind != b.kind) {
            return a.kind == Num.INFINITE ? 1 : -1;
        }
        if (a.kind == Num.INFINITE) {
            return 0;
        }
        if (a.exponent != b.exponent) {
            return a.exponent > b.exponent ? 1 : -1;
        }
        return Integer.signum(Long.compareUnsigned(a.significand, b.significand));
    }
}
