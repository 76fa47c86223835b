package dev.xenolith.engine.cpu.fpu;

/**
 * A floating-point number taken apart, of whatever format it was.
 *
 * <p>A finite number that is not zero is {@code significand * 2^(exponent - 63)} with bit 63 of the significand set,
 * denormals included; those are remembered in {@link #denormal}. A NaN keeps its fraction at the top of the significand,
 * where the 80-bit format has it, so that narrowing and widening it are the shifts the hardware does.
 */
final class Num {
    static final int ZERO = 0;
    static final int FINITE = 1;
    static final int INFINITE = 2;
    static final int QUIET = 3;
    static final int SIGNALING = 4;

    /** An 80-bit pattern that no processor since the 387 accepts: unnormals, pseudo-infinities, pseudo-NaNs. */
    static final int UNSUPPORTED = 5;

    static final long INTEGER_BIT = Long.MIN_VALUE;
    static final long QUIET_BIT = 1L << 62;

    int kind;
    boolean negative;
    boolean denormal;
    int exponent;
    long significand;

    boolean isNan() {
        return kind == QUIET || kind == SIGNALING;
    }

    void set(Num other) {
        kind = other.kind;
        negative = other.negative;
        denormal = other.denormal;
        exponent = other.exponent;
        significand = other.significand;
    }

    void loadSingle(int bits, boolean denormalsAreZero) {
        int biased = bits >>> 23 & 0xff;
        load(bits < 0, biased, 0xff, -127, (long) (bits & 0x7f_ffff) << 40, denormalsAreZero);
    }

    void loadDouble(long bits, boolean denormalsAreZero) {
        int biased = (int) (bits >>> 52) & 0x7ff;
        load(bits < 0, biased, 0x7ff, -1023, (bits & 0xf_ffff_ffff_ffffL) << 11, denormalsAreZero);
    }

    /** {@code fraction} is without the integer bit, at its place below bit 63. */
    private void load(boolean sign, int biased, int top, int bias, long fraction, boolean denormalsAreZero) {
        negative = sign;
        denormal = false;
        if (biased == top) {
            loadSpecial(fraction);
        } else if (biased != 0) {
            kind = FINITE;
            exponent = biased + bias;
            significand = fraction | INTEGER_BIT;
        } else if (fraction == 0 || denormalsAreZero) {
            kind = ZERO;
        } else {
            loadDenormal(fraction, bias + 1);
        }
    }

    private void loadSpecial(long fraction) {
        significand = fraction | INTEGER_BIT;
        if (fraction == 0) {
            kind = INFINITE;
        } else {
            kind = (fraction & QUIET_BIT) != 0 ? QUIET : SIGNALING;
        }
    }

    private void loadDenormal(long fraction, int leastExponent) {
        int zeros = Long.numberOfLeadingZeros(fraction);
        kind = FINITE;
        denormal = true;
        exponent = leastExponent - zeros;
        significand = fraction << zeros;
    }

    void loadExtended(int signExponent, long bits) {
        int biased = signExponent & 0x7fff;
        negative = (signExponent & 0x8000) != 0;
        denormal = false;
        if (biased == 0) {
            kind = ZERO;
            if (bits != 0) {
                loadDenormal(bits, -16382);
            }
        } else if (bits >= 0) {
            kind = UNSUPPORTED;
        } else if (biased == 0x7fff) {
            loadSpecial(bits & ~INTEGER_BIT);
        } else {
            kind = FINITE;
            exponent = biased - 16383;
            significand = bits;
        }
    }

    void loadInt(int value) {
        loadInteger(value);
    }

    void loadInteger(long value) {
        negative = value < 0;
        denormal = false;
        kind = value == 0 ? ZERO : FINITE;
        long magnitude = negative ? -value : value;
        int zeros = Long.numberOfLeadingZeros(magnitude);
        exponent = 63 - zeros;
        significand = magnitude << zeros;
    }

    /** The invalid operation's answer: negative, quiet, nothing else. */
    void setIndefinite() {
        kind = QUIET;
        negative = true;
        significand = INTEGER_BIT | QUIET_BIT;
    }

    void setZero(boolean sign) {
        kind = ZERO;
        negative = sign;
        significand = 0;
    }

    void setInfinite(boolean sign) {
        kind = INFINITE;
        negative = sign;
        significand = INTEGER_BIT;
    }

    /** Makes a NaN quiet; its payload stays. */
    void quieten() {
        kind = QUIET;
        significand |= QUIET_BIT;
    }

    /** The bits of a number already rounded to single precision. */
    int toSingle() {
        int sign = negative ? 0x8000_0000 : 0;
        return switch (kind) {
            case ZERO -> sign;
            case FINITE -> sign | biasedExponent(127) << 23 | ((int) (significand >>> 40) & 0x7f_ffff);
            default -> sign | 0x7f80_0000 | ((int) (significand >>> 40) & 0x7f_ffff);
        };
    }

    /** The bits of a number already rounded to double precision. */
    long toDouble() {
        long sign = negative ? Long.MIN_VALUE : 0;
        long fraction = significand >>> 11 & 0xf_ffff_ffff_ffffL;
        return switch (kind) {
            case ZERO -> sign;
            case FINITE -> sign | (long) biasedExponent(1023) << 52 | fraction;
            default -> sign | 0x7ff0_0000_0000_0000L | fraction;
        };
    }

    /** Sign and exponent of the 80-bit form; its significand is {@link #significand} itself. */
    int toSignExponent() {
        int sign = negative ? 0x8000 : 0;
        return switch (kind) {
            case ZERO -> sign;
            case FINITE -> sign | biasedExponent(16383);
            default -> sign | 0x7fff;
        };
    }

    /** A rounded denormal is one whose integer bit rounding left clear. */
    private int biasedExponent(int bias) {
        return significand < 0 ? exponent + bias : 0;
    }
}
