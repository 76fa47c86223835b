package dev.xenolith.engine.cpu.fpu;

import java.math.BigInteger;

/**
 * F2XM1, FYL2X, FYL2XP1, FPTAN, FPATAN, FSIN, FCOS and FSINCOS.
 *
 * <p>Results are correctly rounded (see {@link Elementary}); processors promise one unit in the last place, and differ
 * among themselves within it. Precision control has no say, rounding control has.
 */
final class X87Transcendental {
    /** Below 2^-130 the first term of a series is right to 128 bits. */
    private static final int TINY = -130;

    private static final int TOO_FAR = 63;

    private X87Transcendental() {}

    // ---- 2^x - 1 ----

    static void f2xm1(FpuState s, int sti, long lo, long hi) {
        if (!X87Unary.begin(s)) {
            return;
        }
        SoftFloat f = s.soft;
        if (!X87Nan.settlesOne(f)) {
            powerLessOne(f);
        }
        X87Unary.end(s);
    }

    private static void powerLessOne(SoftFloat f) {
        Num a = f.a;
        f.raise(a.kind == Num.FINITE && a.denormal ? Mxcsr.DE : 0);
        f.result.set(a);
        if (a.kind == Num.INFINITE && a.negative) {
            minusOne(f);
        } else if (a.kind == Num.FINITE) {
            powerOfFinite(f);
        }
    }

    private static void minusOne(SoftFloat f) {
        f.result.kind = Num.FINITE;
        f.result.exponent = 0;
        f.result.significand = Num.INTEGER_BIT;
    }

    /** Defined from -1 to 1 only: beyond, the hardware leaves ST(0) as it is, and says inexact even of the ends. */
    private static void powerOfFinite(SoftFloat f) {
        Num a = f.a;
        boolean one = a.exponent == 0 && a.significand == Num.INTEGER_BIT;
        if (one && a.negative) {
            f.result.exponent = -1;
        }
        if (a.exponent >= 0) {
            f.raise(Mxcsr.PE);
            return;
        }
        if (a.exponent < TINY) {
            put(f, Elementary.LN2.multiply(unsigned(a.significand)), a.exponent - 63 - Elementary.SCALE, a.negative);
        } else {
            put(f, Elementary.expm1(Elementary.multiply(fixed(a), Elementary.LN2)), -Elementary.SCALE, false);
        }
        f.toExtended(64);
    }

    // ---- y * log2(x) ----

    static void fyl2x(FpuState s, int sti, long lo, long hi) {
        logarithm(s, false);
    }

    static void fyl2xp1(FpuState s, int sti, long lo, long hi) {
        logarithm(s, true);
    }

    /** {@code a} is ST(0), {@code b} is ST(1) and takes the result. */
    private static void logarithm(FpuState s, boolean plusOne) {
        if (!beginTwo(s)) {
            return;
        }
        SoftFloat f = s.soft;
        if (!X87Nan.settles(f)) {
            if (plusOne) {
                X87Logarithm.ofOnePlus(f);
            } else {
                X87Logarithm.of(f);
            }
        }
        endTwo(s);
    }

    static void fpatan(FpuState s, int sti, long lo, long hi) {
        if (!beginTwo(s)) {
            return;
        }
        if (!X87Nan.settles(s.soft)) {
            X87Arctangent.compute(s.soft);
        }
        endTwo(s);
    }

    private static boolean beginTwo(FpuState s) {
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, 1)) {
            if (X87.underflow(s)) {
                X87Stack.putIndefinite(s, 1);
                X87Stack.pop(s);
            }
            return false;
        }
        s.soft.beginX87(s.controlWord);
        X87Stack.load(s, s.soft.a, 0);
        X87Stack.load(s, s.soft.b, 1);
        return true;
    }

    private static void endTwo(FpuState s) {
        if (X87.settle(s)) {
            X87Stack.put(s, 1, s.soft.result);
            X87Stack.pop(s);
        }
    }

    // ---- sine, cosine, tangent ----

    private static final int SINE = 0;
    private static final int COSINE = 1;
    private static final int TANGENT = 2;

    static void fsin(FpuState s, int sti, long lo, long hi) {
        trigonometric(s, SINE);
    }

    static void fcos(FpuState s, int sti, long lo, long hi) {
        trigonometric(s, COSINE);
    }

    private static void trigonometric(FpuState s, int function) {
        s.statusFlags &= ~X87.C2;
        if (!X87Unary.begin(s) || outOfRange(s)) {
            return;
        }
        compute(s.soft, function);
        X87Unary.end(s);
    }

    private static boolean outOfRange(FpuState s) {
        Num a = s.soft.a;
        boolean far = a.kind == Num.FINITE && a.exponent >= TOO_FAR;
        if (far) {
            s.statusFlags = (s.statusFlags & ~X87.C1) | X87.C2;
        }
        return far;
    }

    static void fptan(FpuState s, int sti, long lo, long hi) {
        pushing(s, TANGENT, false);
    }

    static void fsincos(FpuState s, int sti, long lo, long hi) {
        pushing(s, SINE, true);
    }

    /** ST(0) becomes the one result; the cosine, or FPTAN's 1.0, is pushed. A NaN is pushed as itself. */
    private static void pushing(FpuState s, int function, boolean cosine) {
        s.statusFlags &= ~X87.C2;
        if (X87Stack.isEmpty(s, 0) || !X87Stack.isEmpty(s, 7)) {
            boolean masked = X87Stack.isEmpty(s, 0) ? X87.underflow(s) : X87.overflow(s);
            if (masked) {
                X87Stack.putIndefinite(s, 0);
                s.top = (s.top - 1) & 7;
                X87Stack.putIndefinite(s, 0);
            }
            return;
        }
        SoftFloat f = s.soft;
        f.beginX87(s.controlWord);
        X87Stack.load(s, f.a, 0);
        if (outOfRange(s)) {
            return;
        }
        compute(f, function);
        boolean number = f.result.kind == Num.FINITE || f.result.kind == Num.ZERO;
        if (!X87.settle(s)) {
            return;
        }
        int register = X87Stack.physical(s, 0);
        X87Stack.put(s, 0, f.result);
        s.top = (s.top - 1) & 7;
        if (number && cosine) {
            compute(f, COSINE);
            if (f.result.kind == Num.FINITE) {
                s.statusFlags |= f.flags & Mxcsr.PE;
            }
            X87Stack.put(s, 0, f.result);
        } else if (number) {
            X87Stack.putRaw(s, 0, 0x3fff, Num.INTEGER_BIT);
        } else {
            X87Stack.putRaw(s, 0, s.signExponent[register], s.significand[register]);
        }
        s.updateSummary();
    }

    /** One function of {@code f.a} into {@code f.result}, rounded. */
    private static void compute(SoftFloat f, int function) {
        Num a = f.a;
        if (X87Nan.settlesOne(f)) {
            return;
        }
        if (a.kind == Num.INFINITE) {
            SoftOperation.invalid(f);
            return;
        }
        if (a.kind == Num.ZERO || a.exponent < TINY) {
            ofTiny(f, function);
            return;
        }
        f.result.kind = Num.FINITE;
        BigInteger x = fixed(a);
        int quadrant = Elementary.quadrant(x);
        BigInteger reduced = Elementary.reduced(x);
        BigInteger sine = Elementary.sine(reduced);
        BigInteger cosine = Elementary.cosine(reduced);
        boolean swapped = (quadrant & 1) != 0;
        if (function == TANGENT) {
            BigInteger tangent = swapped ? Elementary.divide(cosine, sine).negate() : Elementary.divide(sine, cosine);
            put(f, tangent, -Elementary.SCALE, false);
        } else {
            int turns = function == COSINE ? quadrant + 1 : quadrant;
            BigInteger value = (turns & 1) != 0 ? cosine : sine;
            put(f, (turns & 2) != 0 ? value.negate() : value, -Elementary.SCALE, false);
        }
        f.toExtended(64);
    }

    /** sin x is a little less than x, tan x a little more, cos x a little less than one. */
    private static void ofTiny(SoftFloat f, int function) {
        f.raise(f.a.kind == Num.FINITE && f.a.denormal ? Mxcsr.DE : 0);
        f.result.set(f.a);
        boolean zero = f.a.kind == Num.ZERO;
        f.rest = 0;
        if (function == COSINE) {
            f.result.kind = Num.FINITE;
            f.result.negative = false;
            f.result.exponent = zero ? 0 : -1;
            f.result.significand = zero ? Num.INTEGER_BIT : -1;
            f.rest = zero ? 0 : -1;
        } else if (zero) {
            return;
        } else if (function == TANGENT) {
            f.rest = 1;
        } else {
            f.rest = -1;
            if (f.result.significand == Num.INTEGER_BIT) {
                f.result.exponent--;
                f.result.significand = -1;
            } else {
                f.result.significand--;
            }
        }
        f.toExtended(64);
    }

    // ---- between Num and fixed point ----

    static BigInteger unsigned(long bits) {
        BigInteger low = BigInteger.valueOf(bits & Long.MAX_VALUE);
        return bits < 0 ? low.setBit(63) : low;
    }

    /** Exact for exponents from -257 on. */
    static BigInteger fixed(Num number) {
        BigInteger magnitude = unsigned(number.significand).shiftLeft(Elementary.SCALE - 63 + number.exponent);
        return number.negative ? magnitude.negate() : magnitude;
    }

    /** {@code value * 2^power}, which is never exact, to be rounded. */
    static void put(SoftFloat f, BigInteger value, int power, boolean negate) {
        boolean negative = value.signum() < 0;
        BigInteger magnitude = value.abs();
        int length = magnitude.bitLength();
        BigInteger top = length > 128 ? magnitude.shiftRight(length - 128) : magnitude.shiftLeft(128 - length);
        f.result.kind = Num.FINITE;
        f.result.negative = negative ^ negate;
        f.result.exponent = length - 1 + power;
        f.result.significand = top.shiftRight(64).longValue();
        f.rest = top.longValue() | 1;
    }
}
