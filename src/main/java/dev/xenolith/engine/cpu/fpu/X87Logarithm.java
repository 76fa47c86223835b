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

    private static void ofFinite(SoftFloat f) {
        Num x = f.a;
        if (x.significand == Num.INTEGER_BIT) {
            f.a.loadInteger(x.exponent);
            SoftArithmetic.multiply(f);
        } else {
            times(f, log2(X87Transcendental.unsigned(x.significand), x.exponent), -Elementary.SCALE);
        }
        f.toExtended(64);
    }

    /** Of {@code significand * 2^(exponent - 63)}; near one by the logarithm of what is near one alone. */
    private static BigInteger log2(BigInteger significand, int exponent) {
        BigInteger mantissa = significand.shiftLeft(Elementary.SCALE - 63);
        int whole = exponent;
        if (significand.compareTo(SQRT_TWO) > 0) {
            mantissa = mantissa.shiftRight(1);
            whole++;
        }
        BigInteger z = Elementary.divide(mantissa.subtract(Elementary.ONE), mantissa.add(Elementary.ONE));
        BigInteger fraction = Elementary.divide(Elementary.twiceArtanh(z), Elementary.LN2);
        return fraction.add(BigInteger.valueOf(whole).shiftLeft(Elementary.SCALE));
    }

    private static final BigInteger SQRT_TWO = BigInteger.ONE.shiftLeft(127).sqrt();

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
        } else if (x.exponent >= 0) {
            farFromOne(f);
            return;
        } else {
            BigInteger fixed = X87Transcendental.fixed(x);
            BigInteger z = Elementary.divide(fixed, fixed.add(Elementary.ONE.shiftLeft(1)));
            times(f, Elementary.divide(Elementary.twiceArtanh(z), Elementary.LN2), -Elementary.SCALE);
        }
        f.toExtended(64);
    }

    /** The instruction is not defined here; the logarithm of the exact sum serves. */
    private static void farFromOne(SoftFloat f) {
        BigInteger sum = X87Transcendental.unsigned(f.a.significand);
        int exponent = f.a.exponent;
        if (exponent <= 128) {
            sum = sum.shiftLeft(exponent).add(BigInteger.ONE.shiftLeft(63));
            exponent = 0;
        }
        int excess = sum.bitLength() - 64;
        BigInteger mantissa = sum.shiftLeft(Elementary.SCALE - 63 - excess);
        BigInteger z = Elementary.divide(mantissa.subtract(Elementary.ONE), mantissa.add(Elementary.ONE));
        BigInteger fraction = Elementary.divide(Elementary.twiceArtanh(z), Elementary.LN2);
        times(f, fraction.add(BigInteger.valueOf(exponent + excess).shiftLeft(Elementary.SCALE)), -Elementary.SCALE);
        f.toExtended(64);
    }
}
