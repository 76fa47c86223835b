package dev.xenolith.engine.cpu.fpu;

/**
 * The four operations and the root on any operands but NaNs, from {@code f.a} and {@code f.b} into {@code f.result}.
 *
 * <p>Zeros, infinities and the exceptions found before computing (IE, ZE, DE) are settled here. Each method says whether
 * {@code f.result} still is to be rounded. Both units share this; they differ in how they treat NaNs.
 */
final class SoftOperation {
    private SoftOperation() {}

    static boolean add(SoftFloat f) {
        Num a = f.a;
        Num b = f.b;
        if (a.kind == Num.INFINITE && b.kind == Num.INFINITE && a.negative != b.negative) {
            return invalid(f);
        }
        noteDenormals(f);
        if (a.kind == Num.INFINITE || b.kind == Num.INFINITE) {
            f.result.set(a.kind == Num.INFINITE ? a : b);
            return false;
        }
        if (a.kind == Num.FINITE && b.kind == Num.FINITE) {
            SoftArithmetic.add(f);
            return f.result.kind == Num.FINITE;
        }
        if (a.kind == Num.ZERO && b.kind == Num.ZERO) {
            boolean negative = a.negative == b.negative ? a.negative : f.rounding() == SoftFloat.DOWN;
            f.result.setZero(negative);
            return false;
        }
        f.result.set(a.kind == Num.ZERO ? b : a);
        f.rest = 0;
        return true;
    }

    static boolean subtract(SoftFloat f) {
        f.b.negative = !f.b.negative;
        return add(f);
    }

    static boolean multiply(SoftFloat f) {
        Num a = f.a;
        Num b = f.b;
        boolean negative = a.negative ^ b.negative;
        boolean infinite = a.kind == Num.INFINITE || b.kind == Num.INFINITE;
        boolean zero = a.kind == Num.ZERO || b.kind == Num.ZERO;
        if (infinite && zero) {
            return invalid(f);
        }
        noteDenormals(f);
        if (infinite) {
            f.result.setInfinite(negative);
            return false;
        }
        if (zero) {
            f.result.setZero(negative);
            return false;
        }
        SoftArithmetic.multiply(f);
        return true;
    }

    static boolean divide(SoftFloat f) {
        Num a = f.a;
        Num b = f.b;
        boolean negative = a.negative ^ b.negative;
        if (a.kind == b.kind && a.kind != Num.FINITE) {
            return invalid(f);
        }
        if (b.kind == Num.ZERO && a.kind == Num.FINITE) {
            f.raise(Mxcsr.ZE);
            f.result.setInfinite(negative);
            return false;
        }
        noteDenormals(f);
        if (a.kind == Num.INFINITE || b.kind == Num.ZERO) {
            f.result.setInfinite(negative);
            return false;
        }
        if (a.kind == Num.ZERO || b.kind == Num.INFINITE) {
            f.result.setZero(negative);
            return false;
        }
        SoftArithmetic.divide(f);
        return true;
    }

    /** The root of {@code f.a}. */
    static boolean squareRoot(SoftFloat f) {
        Num a = f.a;
        if (a.kind == Num.ZERO) {
            f.result.set(a);
            return false;
        }
        if (a.negative) {
            return invalid(f);
        }
        f.raise(a.denormal ? Mxcsr.DE : 0);
        if (a.kind == Num.INFINITE) {
            f.result.set(a);
            return false;
        }
        SoftArithmetic.squareRoot(f);
        return true;
    }

    static boolean invalid(SoftFloat f) {
        f.raise(Mxcsr.IE);
        f.result.setIndefinite();
        return false;
    }

    static void noteDenormals(SoftFloat f) {
        if ((f.a.kind == Num.FINITE && f.a.denormal) || (f.b.kind == Num.FINITE && f.b.denormal)) {
            f.raise(Mxcsr.DE);
        }
    }
}
