package dev.xenolith.engine.cpu.fpu;

/**
 * FPREM and FPREM1: an exact remainder, found in steps where the exponents are far apart.
 *
 * <p>Where the quotient needs 64 bits or more, one execution takes off only 32 to 63 of them and sets C2; software
 * repeats it (SDM volume 2, FPREM).
 */
final class X87Remainder {
    private X87Remainder() {}

    /** Quotient truncated. */
    static void truncating(FpuState s, int sti, long lo, long hi) {
        remainder(s, false);
    }

    /** Quotient rounded to nearest, as IEEE 754 wants it. */
    static void nearest(FpuState s, int sti, long lo, long hi) {
        remainder(s, true);
    }

    private static void remainder(FpuState s, boolean nearest) {
        s.statusFlags &= ~X87.C2;
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, 1)) {
            if (X87.underflow(s)) {
                X87Stack.putIndefinite(s, 0);
            }
            return;
        }
        SoftFloat f = s.soft;
        f.beginX87(s.controlWord);
        X87Stack.load(s, f.a, 0);
        X87Stack.load(s, f.b, 1);
        int conditions = X87Nan.settles(f) ? UNCHANGED : compute(f, nearest);
        if (X87.settle(s)) {
            X87Stack.put(s, 0, f.result);
            if (conditions != UNCHANGED) {
                X87.setConditions(s, conditions);
            }
        }
    }

    private static final int UNCHANGED = -1;

    private static int compute(SoftFloat f, boolean nearest) {
        Num a = f.a;
        Num b = f.b;
        if (a.kind == Num.INFINITE || b.kind == Num.ZERO) {
            SoftOperation.invalid(f);
            return UNCHANGED;
        }
        SoftOperation.noteDenormals(f);
        f.result.set(a);
        f.rest = 0;
        if (a.kind == Num.ZERO || b.kind == Num.INFINITE) {
            if (a.kind == Num.FINITE) {
                f.toExtended(64);
            }
            return 0;
        }
        int distance = a.exponent - b.exponent;
        return distance < 64 ? finish(f, distance, nearest) : reduce(f, distance);
    }

    /** The last step: the remainder itself, and three bits of the quotient in C0, C3 and C1. */
    private static int finish(SoftFloat f, int distance, boolean nearest) {
        long quotient = 0;
        if (distance >= 0) {
            quotient = divide(f, distance);
        }
        if (nearest && distance >= -1 && roundsUp(f, quotient)) {
            quotient++;
            subtractFromDivisor(f);
        }
        if (f.result.kind == Num.FINITE) {
            f.toExtended(64);
        }
        int c0 = (quotient & 4) != 0 ? X87.C0 : 0;
        int c3 = (quotient & 2) != 0 ? X87.C3 : 0;
        return c0 | c3 | ((quotient & 1) != 0 ? X87.C1 : 0);
    }

    /** Long division, a bit a turn; the remainder replaces {@code result}, normalised. */
    private static long divide(SoftFloat f, int steps) {
        long divisor = f.b.significand;
        long remainder = f.a.significand;
        long quotient = 0;
        boolean carry = false;
        for (int i = 0; i <= steps; i++) {
            quotient <<= 1;
            if (carry || Long.compareUnsigned(remainder, divisor) >= 0) {
                remainder -= divisor;
                quotient |= 1;
            }
            if (i < steps) {
                carry = remainder < 0;
                remainder <<= 1;
            }
        }
        putRemainder(f, remainder, f.a.exponent - steps);
        return quotient;
    }

    private static void putRemainder(SoftFloat f, long remainder, int exponent) {
        if (remainder == 0) {
            f.result.setZero(f.a.negative);
            return;
        }
        int zeros = Long.numberOfLeadingZeros(remainder);
        f.result.significand = remainder << zeros;
        f.result.exponent = exponent - zeros;
    }

    /** Twice the remainder against the divisor; a tie goes to the even quotient. */
    private static boolean roundsUp(SoftFloat f, long quotient) {
        if (f.result.kind != Num.FINITE || f.result.exponent < f.b.exponent - 1) {
            return false;
        }
        if (f.result.exponent >= f.b.exponent) {
            return true;
        }
        int order = Long.compareUnsigned(f.result.significand, f.b.significand);
        return order > 0 || (order == 0 && (quotient & 1) != 0);
    }

    /** The remainder less one divisor, which changes its sign. */
    private static void subtractFromDivisor(SoftFloat f) {
        f.a.set(f.b);
        boolean sign = f.result.negative;
        f.a.negative = !sign;
        f.b.set(f.result);
        SoftArithmetic.add(f);
        if (f.result.kind == Num.ZERO) {
            f.result.negative = sign;
        }
    }

    /** A step of as many quotient bits as leave a multiple of 32 for the following ones. */
    private static int reduce(SoftFloat f, int distance) {
        int steps = (distance & 31) + 32;
        divide(f, steps);
        if (f.result.kind == Num.FINITE) {
            f.toExtended(64);
        }
        return X87.C2;
    }
}
