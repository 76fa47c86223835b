package dev.xenolith.engine.cpu.fpu;

import java.math.BigInteger;

/**
 * FPATAN: the angle of the point (x, y), with x in {@code f.a} and y in {@code f.b}, from -pi to pi with the sign of y
 * (SDM volume 2, table of FPATAN).
 */
final class X87Arctangent {
    /** A quotient below this adds nothing that 64 bits could see to an angle that is not small itself. */
    private static final int TINY = -130;

    private X87Arctangent() {}

    static void compute(SoftFloat f) {
        Num x = f.a;
        Num y = f.b;
        SoftOperation.noteDenormals(f);
        boolean negative = y.negative;
        if (y.kind == Num.ZERO || (x.kind == Num.INFINITE && y.kind == Num.FINITE)) {
            if (x.negative) {
                angle(f, Elementary.PI, negative);
            } else {
                f.result.setZero(negative);
            }
        } else if (x.kind == Num.ZERO || (y.kind == Num.INFINITE && x.kind == Num.FINITE)) {
            angle(f, Elementary.PI.shiftRight(1), negative);
        } else if (x.kind == Num.INFINITE) {
            BigInteger quarter = Elementary.PI.shiftRight(2);
            angle(f, x.negative ? Elementary.PI.subtract(quarter) : quarter, negative);
        } else {
            ofFinite(f);
        }
    }

    private static void angle(SoftFloat f, BigInteger magnitude, boolean negative) {
        X87Transcendental.put(f, magnitude, -Elementary.SCALE, negative);
        f.toExtended(64);
    }

    private static void ofFinite(SoftFloat f) {
        Num x = f.a;
        Num y = f.b;
        int distance = y.exponent - x.exponent;
        if (distance < TINY && !x.negative) {
            ofTinyQuotient(f);
            return;
        }
        boolean steep = distance > 0 || (distance == 0 && Long.compareUnsigned(y.significand, x.significand) > 0);
        BigInteger angle = steep ? arctan(x, y) : arctan(y, x);
        if (steep) {
            BigInteger right = Elementary.PI.shiftRight(1);
            angle = x.negative ? right.add(angle) : right.subtract(angle);
        } else if (x.negative) {
            angle = Elementary.PI.subtract(angle);
        }
        angle(f, angle, y.negative);
    }

    /** Of the quotient of two magnitudes, which is at most one. */
    private static BigInteger arctan(Num small, Num large) {
        int shift = Elementary.SCALE + small.exponent - large.exponent;
        if (shift < Elementary.SCALE + 2 * TINY) {
            return BigInteger.ONE;
        }
        BigInteger quotient = X87Transcendental.unsigned(small.significand)
                .shiftLeft(shift)
                .divide(X87Transcendental.unsigned(large.significand));
        return Elementary.arctan(quotient);
    }

    /** The quotient itself, less a trifle: an exact quotient rounds as if from below. */
    private static void ofTinyQuotient(SoftFloat f) {
        Num x = f.a;
        Num y = f.b;
        BigInteger quotient = X87Transcendental.unsigned(y.significand)
                .shiftLeft(200)
                .divide(X87Transcendental.unsigned(x.significand))
                .subtract(BigInteger.ONE);
        X87Transcendental.put(f, quotient, y.exponent - x.exponent - 200, y.negative);
        f.toExtended(64);
    }
}
