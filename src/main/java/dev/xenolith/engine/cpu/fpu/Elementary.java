package dev.xenolith.engine.cpu.fpu;

import java.math.BigInteger;

/**
 * Elementary functions in fixed point: a number is an integer times 2^-{@link #SCALE}.
 *
 * <p>With 320 bits after the point and arguments of at least 2^-130 a result has more than 180 good bits, so that
 * rounding it to 64 is right unless 110 bits after them are all alike. Slow (some microseconds) and simple: only
 * {@code long double} mathematics comes here.
 */
final class Elementary {
    static final int SCALE = 320;

    static final BigInteger ONE = BigInteger.ONE.shiftLeft(SCALE);
    static final BigInteger LN2 = twiceArtanh(ONE.divide(BigInteger.valueOf(3)));

    /** By Machin's formula, with 64 bits more than are kept. */
    private static final int WIDE = SCALE + 64;

    static final BigInteger PI = machin().shiftRight(64);

    /**
     * The 66 bits of pi that processors reduce arguments by (SDM volume 1, 8.3.8; AMD's give the same results). Far from
     * zero their sines are those of a slightly different angle, and so are ours.
     */
    private static final BigInteger REDUCING_PI = new BigInteger("c90fdaa22168c234c", 16).shiftLeft(SCALE - 66);

    private Elementary() {}

    static BigInteger multiply(BigInteger a, BigInteger b) {
        return a.multiply(b).shiftRight(SCALE);
    }

    static BigInteger divide(BigInteger a, BigInteger b) {
        return a.shiftLeft(SCALE).divide(b);
    }

    private static BigInteger machin() {
        BigInteger four = arctanOfInverse(5).multiply(BigInteger.valueOf(16));
        return four.subtract(arctanOfInverse(239).multiply(BigInteger.valueOf(4)));
    }

    private static BigInteger arctanOfInverse(int n) {
        BigInteger power = BigInteger.ONE.shiftLeft(WIDE).divide(BigInteger.valueOf(n));
        BigInteger square = BigInteger.valueOf((long) n * n);
        BigInteger sum = power;
        for (int k = 3; power.signum() != 0; k += 2) {
            power = power.divide(square).negate();
            sum = sum.add(power.divide(BigInteger.valueOf(k)));
        }
        return sum;
    }

    /** e^x - 1 by its series; |x| below 1. */
    static BigInteger expm1(BigInteger x) {
        BigInteger term = x;
        BigInteger sum = x;
        for (int k = 2; !negligible(term); k++) {
            term = multiply(term, x).divide(BigInteger.valueOf(k));
            sum = sum.add(term);
        }
        return sum;
    }

    /** ln((1 + z) / (1 - z)); |z| at most 1/3. */
    static BigInteger twiceArtanh(BigInteger z) {
        BigInteger square = multiply(z, z);
        BigInteger power = z;
        BigInteger sum = z;
        for (int k = 3; !negligible(power); k += 2) {
            power = multiply(power, square);
            sum = sum.add(power.divide(BigInteger.valueOf(k)));
        }
        return sum.shiftLeft(1);
    }

    /** For 0 <= z <= 1: three halvings of the angle, then the series. */
    static BigInteger arctan(BigInteger z) {
        BigInteger small = z;
        for (int i = 0; i < 3; i++) {
            BigInteger root = ONE.shiftLeft(SCALE).add(small.multiply(small)).sqrt();
            small = divide(small, ONE.add(root));
        }
        BigInteger square = multiply(small, small);
        BigInteger power = small;
        BigInteger sum = small;
        for (int k = 3; !negligible(power); k += 2) {
            power = multiply(power, square).negate();
            sum = sum.add(power.divide(BigInteger.valueOf(k)));
        }
        return sum.shiftLeft(3);
    }

    /** The multiple of pi/2 nearest to x, modulo 4. */
    static int quadrant(BigInteger x) {
        return nearestMultiple(x).and(BigInteger.valueOf(3)).intValue();
    }

    /** x less that multiple: at most pi/4 either way. */
    static BigInteger reduced(BigInteger x) {
        return x.subtract(nearestMultiple(x).multiply(REDUCING_PI.shiftRight(1)));
    }

    private static BigInteger nearestMultiple(BigInteger x) {
        return x.shiftLeft(2).divide(REDUCING_PI).add(BigInteger.ONE).shiftRight(1);
    }

    static BigInteger sine(BigInteger x) {
        BigInteger square = multiply(x, x);
        BigInteger term = x;
        BigInteger sum = x;
        for (int k = 2; !negligible(term); k += 2) {
            term = multiply(term, square).negate().divide(BigInteger.valueOf((long) k * (k + 1)));
            sum = sum.add(term);
        }
        return sum;
    }

    static BigInteger cosine(BigInteger x) {
        BigInteger square = multiply(x, x);
        BigInteger term = ONE;
        BigInteger sum = ONE;
        for (int k = 1; !negligible(term); k += 2) {
            term = multiply(term, square).negate().divide(BigInteger.valueOf((long) k * (k + 1)));
            sum = sum.add(term);
        }
        return sum;
    }

    /** Zero, or minus one, which is what an arithmetic shift leaves of a small negative number. */
    private static boolean negligible(BigInteger term) {
        return term.bitLength() <= 1;
    }
}
