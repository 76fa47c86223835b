package dev.xenolith.engine.cpu.fpu;

/** Rounding to an integer: the conversions of both units, FIST and FRNDINT. */
final class SoftInteger {
    private SoftInteger() {}

    /**
     * A number as a signed integer of 16, 32 or 64 bits, or the integer indefinite (the least one) with IE where it does
     * not fit; PE where it was not one. {@code f.roundedUp} says whether the magnitude grew.
     */
    static long convert(SoftFloat f, Num a, int rounding, int bits) {
        long indefinite = -1L << (bits - 1);
        f.roundedUp = false;
        if (a.kind == Num.ZERO) {
            return 0;
        }
        if (a.kind != Num.FINITE || a.exponent > 63) {
            f.raise(Mxcsr.IE);
            return indefinite;
        }
        long fraction = fraction(a);
        long magnitude = a.exponent < 0 ? 0 : a.significand >>> (63 - a.exponent);
        boolean up = increments(rounding, a.negative, magnitude, fraction);
        magnitude += up ? 1 : 0;
        boolean wrapped = up && magnitude == 0;
        long limit = a.negative ? -indefinite : -(indefinite + 1);
        if (wrapped || Long.compareUnsigned(magnitude, limit) > 0) {
            f.raise(Mxcsr.IE);
            return indefinite;
        }
        f.roundedUp = up;
        if (fraction != 0) {
            f.raise(Mxcsr.PE);
        }
        return a.negative ? -magnitude : magnitude;
    }

    /** The 64 bits after the binary point, the last of them sticky; of a finite number below 2^64. */
    static long fraction(Num a) {
        if (a.exponent >= 63) {
            return 0;
        }
        if (a.exponent >= -1) {
            return a.significand << (a.exponent + 1);
        }
        int distance = -1 - a.exponent;
        return distance >= 64 ? 1 : a.significand >>> distance | (a.significand << (64 - distance) != 0 ? 1 : 0);
    }

    static boolean increments(int rounding, boolean negative, long magnitude, long fraction) {
        return switch (rounding) {
            case SoftFloat.NEAREST -> fraction < 0 && (fraction << 1 != 0 || (magnitude & 1) != 0);
            case SoftFloat.DOWN -> negative && fraction != 0;
            case SoftFloat.UP -> !negative && fraction != 0;
            default -> false;
        };
    }
}
