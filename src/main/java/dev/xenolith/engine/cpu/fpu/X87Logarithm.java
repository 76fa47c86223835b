package dev.xenolith.engine.cpu.fpu;

import java.math.BigInteger;

/** y log2 x and y log2 (x + 1): {@code f.a} is x, {@code f.b} is y. */
final class X87Logarithm {
    private static final int TINY = -130;

    private X87Logarithm() {}

    static void of(SoftFloat f) {
        Num x = f.a;
        Num y = f.b;
        if (x.kind == Num.ZERO) {
            ofZero(f);
            return;
        }
        if (x.negative) {
            SoftOperation.invalid(f);
            return;
        }
        boolean one = x.kind == Num.FINITE && x.exponent == 0 && x.significand == Num.INTEGER_BIT;
        boolean below = x.kind == Num.FINITE && x.exponent < 0;
        if ((y.kind == Num.INFINITE && one) || (y.kind == Num.ZERO && x.kind == Num.INFINITE)) {
            SoftOperation.invalid(f);
            return;
        }
        SoftOperation.noteDenormals(f);
        boolean negative = y.negative ^ below;
        if (x.kind == Num.INFINITE || y.kind == Num.INFINITE) {
            f.result.setInfinite(negative);
        } else if (one || y.kind == Num.ZERO) {
            f.result.setZero(negative);
        } else {
            ofFinite(f);
        }
    }

    /** The logarithm is minus infinity. */
    private static void ofZero(SoftFloat f) {
        Num y = f.b;
        if (y.kind == Num.ZERO) {
            SoftOperation.invalid(f);
            return;
        }
        f.raise(y.kind == Num.FINITE ? Mxcsr.ZE : 0);
        f.result.setInfinite(!y.negative);
    }

    /** The hardware calls every such result inexact, also the logarithms of powers of two. */
    private static void ofFinite(SoftFloat f) {
        f.raise(Mxcsr.PE);
        Num x = f.a;
        if (x.significand == Num.INTEGER_BIT) {
            f.a.loadInteger(x.exponent);
            SoftArithmetic.multiply(f);
        } else {
            BigInteger mantissa = X87Transcendental.unsigned(x.significand).shiftLeft(Elementary.SCALE - 63);
            times(f, log2(mantissa, x.exponent), -Elementary.SCALE);
        }
        f.toExtended(64);
    }

    /** Of {@code mantissa * 2^exponent}, the mantissa from 1 to 2; what is near one has no whole part. */
    private static BigInteger log2(BigInteger mantissa, int exponent) {
        boolean half = mantissa.compareTo(SQRT_TWO) > 0;
        BigInteger m = half ? mantissa.shiftRight(1) : mantissa;
        BigInteger z = Elementary.divide(m.subtract(Elementary.ONE), m.add(Elementary.ONE));
        BigInteger fraction = Elementary.divide(Elementary.twiceArtanh(z), Elementary.LN2);
        return fraction.add(BigInteger.valueOf(half ? exponent + 1 : exponent).shiftLeft(Elementary.SCALE));
    }

    private static final BigInteger SQRT_TWO =
            BigInteger.ONE.shiftLeft(2 * Elementary.SCALE + 1).sqrt();

    private static void times(SoftFloat f, BigInteger logarithm, int power) {
        BigInteger product = logarithm.multiply(X87Transcendental.unsigned(f.b.significand));
        X87Transcendental.put(f, product, power + f.b.exponent - 63, f.b.negative);
    }

    static void ofOnePlus(SoftFloat f) {
        Num x = f.a;
        Num y = f.b;
        boolean infiniteAndZero =
                (x.kind == Num.INFINITE && y.kind == Num.ZERO) || (x.kind == Num.ZERO && y.kind == Num.INFINITE);
        if (infiniteAndZero || (x.kind == Num.INFINITE && x.negative)) {
            SoftOperation.invalid(f);
            return;
        }
        SoftOperation.noteDenormals(f);
        if (x.kind == Num.INFINITE || y.kind == Num.INFINITE) {
            f.result.setInfinite(x.negative ^ y.negative);
        } else if (x.kind == Num.ZERO || y.kind == Num.ZERO) {
            f.result.setZero(x.negative ^ y.negative);
        } else if (x.negative && x.exponent >= 0) {
            f.raise(Mxcsr.PE);
            f.result.set(x);
        } else {
            ofFiniteOnePlus(f);
        }
    }

    private static void ofFiniteOnePlus(SoftFloat f) {
        Num x = f.a;
        if (x.exponent < TINY) {
            BigInteger inverse = Elementary.divide(Elementary.ONE, Elementary.LN2);
            BigInteger scaled = inverse.multiply(X87Transcendental.unsigned(x.significand));
            times(f, x.negative ? scaled.negate() : scaled, x.exponent - 63 - Elementary.SCALE);
        } else if (x.exponent >= -2) {
            farFromOne(f);
        } else {
            BigInteger fixed = X87Transcendental.fixed(x);
            BigInteger z = Elementary.divide(fixed, fixed.add(Elementary.ONE.shiftLeft(1)));
            times(f, Elementary.divide(Elementary.twiceArtanh(z), Elementary.LN2), -Elementary.SCALE);
        }
        f.toExtended(64);
    }

    /** Where the series of the sum would be slow, and beyond where the instruction is defined: of the sum itself. */
    private static void farFromOne(SoftFloat f) {
        int exponent = Math.max(f.a.exponent - 128, 0);
        f.a.exponent -= exponent;
        BigInteger sum = X87Transcendental.fixed(f.a);
        if (exponent == 0) {
            sum = sum.add(Elementary.ONE);
        }
        int excess = sum.bitLength() - 1 - Elementary.SCALE;
        BigInteger mantissa = excess > 0 ? sum.shiftRight(excess) : sum.shiftLeft(-excess);
        times(f, log2(mantissa, exponent + excess), -Elementary.SCALE);
    }
}
