package dev.xenolith.engine.cpu.fpu;

/**
 * Exact addition, multiplication, division and square root of finite numbers that are not zero, from {@code f.a} and
 * {@code f.b} into {@code f.result} and {@code f.rest}, before rounding.
 */
final class SoftArithmetic {
    private SoftArithmetic() {}

    /** Adds; an exact zero is negative only where rounding goes down. */
    static void add(SoftFloat f) {
        boolean aIsLarger = f.a.exponent > f.b.exponent
                || (f.a.exponent == f.b.exponent && Long.compareUnsigned(f.a.significand, f.b.significand) >= 0);
        Num large = aIsLarger ? f.a : f.b;
        Num small = aIsLarger ? f.b : f.a;
        int distance = large.exponent - small.exponent;
        long high = distance < 64 ? small.significand >>> distance : 0;
        long low = below(small.significand, distance);
        f.result.kind = Num.FINITE;
        f.result.negative = large.negative;
        f.result.exponent = large.exponent;
        if (large.negative == small.negative) {
            sum(f, large.significand, high, low);
        } else {
            difference(f, large.significand, high, low);
        }
    }

    /** The 64 bits that a right shift by {@code distance} pushes out, the last of them sticky. */
    private static long below(long significand, int distance) {
        if (distance == 0) {
            return 0;
        }
        if (distance <= 64) {
            return distance == 64 ? significand : significand << (64 - distance);
        }
        if (distance >= 128) {
            return 1;
        }
        long lost = significand << (128 - distance);
        return significand >>> (distance - 64) | (lost != 0 ? 1 : 0);
    }

    private static void sum(SoftFloat f, long large, long high, long low) {
        long sum = large + high;
        if (Long.compareUnsigned(sum, large) < 0) {
            f.result.exponent++;
            f.rest = sum << 63 | low >>> 1 | (low & 1);
            f.result.significand = sum >>> 1 | Num.INTEGER_BIT;
        } else {
            f.rest = low;
            f.result.significand = sum;
        }
    }

    private static void difference(SoftFloat f, long large, long high, long low) {
        long rest = -low;
        long significand = large - high - (low != 0 ? 1 : 0);
        if ((significand | rest) == 0) {
            f.result.setZero(f.rounding() == SoftFloat.DOWN);
            return;
        }
        if (significand == 0) {
            significand = rest;
            rest = 0;
            f.result.exponent -= 64;
        }
        int zeros = Long.numberOfLeadingZeros(significand);
        if (zeros != 0) {
            significand = significand << zeros | rest >>> (64 - zeros);
            rest <<= zeros;
        }
        f.result.exponent -= zeros;
        f.result.significand = significand;
        f.rest = rest;
    }

    static void multiply(SoftFloat f) {
        long high = Math.unsignedMultiplyHigh(f.a.significand, f.b.significand);
        long low = f.a.significand * f.b.significand;
        int exponent = f.a.exponent + f.b.exponent + 1;
        if (high >= 0) {
            high = high << 1 | low >>> 63;
            low <<= 1;
            exponent--;
        }
        finish(f, f.a.negative ^ f.b.negative, exponent, high, low);
    }

    static void divide(SoftFloat f) {
        long numerator = f.a.significand;
        long denominator = f.b.significand;
        int exponent = f.a.exponent - f.b.exponent;
        boolean less = Long.compareUnsigned(numerator, denominator) < 0;
        long high = less ? numerator : numerator >>> 1;
        long low = less ? 0 : numerator << 63;
        long quotient = divide128(high, low, denominator);
        long remainder = low - quotient * denominator;
        finish(
                f,
                f.a.negative ^ f.b.negative,
                less ? exponent - 1 : exponent,
                quotient,
                restOf(remainder, denominator));
    }

    /** Half a unit where twice the remainder equals the denominator, and so on: all that rounding asks. */
    private static long restOf(long remainder, long denominator) {
        if (remainder == 0) {
            return 0;
        }
        int comparison = Long.compareUnsigned(remainder, denominator - remainder);
        return comparison < 0 ? 1 : comparison == 0 ? Num.INTEGER_BIT : Num.INTEGER_BIT | 1;
    }

    /** 128 by 64 bits, quotient below 2^64, divisor normalised (Knuth, volume 2, 4.3.1, algorithm D with 32-bit digits). */
    static long divide128(long high, long low, long divisor) {
        long top = divisor >>> 32;
        long q1 = digit(high, low >>> 32, top, divisor);
        long partial = (high << 32 | low >>> 32) - q1 * divisor;
        long q0 = digit(partial, low & 0xffff_ffffL, top, divisor);
        return (q1 << 32) + q0;
    }

    private static long digit(long high, long next, long top, long divisor) {
        long bottom = divisor & 0xffff_ffffL;
        long digit = Long.divideUnsigned(high, top);
        long remainder = high - digit * top;
        while (digit >>> 32 != 0 || Long.compareUnsigned(digit * bottom, remainder << 32 | next) > 0) {
            digit--;
            remainder += top;
            if (remainder >>> 32 != 0) {
                break;
            }
        }
        return digit;
    }

    /** The root of {@code f.a}, bit by bit; the remainder against the root says on which side of half it lies. */
    static void squareRoot(SoftFloat f) {
        boolean odd = (f.a.exponent & 1) != 0;
        long significand = f.a.significand;
        long high = odd ? significand : significand >>> 1;
        long low = odd ? 0 : significand << 63;
        long root = 0;
        long remainderHigh = 0;
        long remainder = 0;
        for (int i = 0; i < 64; i++) {
            remainderHigh = remainderHigh << 2 | remainder >>> 62;
            remainder = remainder << 2 | high >>> 62;
            high = high << 2 | low >>> 62;
            low <<= 2;
            long trialHigh = root >>> 62;
            long trial = root << 2 | 1;
            root <<= 1;
            if (remainderHigh > trialHigh
                    || (remainderHigh == trialHigh && Long.compareUnsigned(remainder, trial) >= 0)) {
                remainderHigh -= trialHigh + (Long.compareUnsigned(remainder, trial) < 0 ? 1 : 0);
                remainder -= trial;
                root |= 1;
            }
        }
        boolean exact = (remainderHigh | remainder) == 0;
        boolean aboveHalf = remainderHigh != 0 || Long.compareUnsigned(remainder, root) > 0;
        finish(f, false, f.a.exponent >> 1, root, exact ? 0 : aboveHalf ? Num.INTEGER_BIT | 1 : 1);
    }

    private static void finish(SoftFloat f, boolean negative, int exponent, long significand, long rest) {
        f.result.kind = Num.FINITE;
        f.result.negative = negative;
        f.result.exponent = exponent;
        f.result.significand = significand;
        f.rest = rest;
    }
}
