package dev.xenolith.engine.cpu.fpu;

/** Which NaN comes out of an x87 operation (SDM volume 1, table 4-7); it differs from SSE's rule. */
final class X87Nan {
    private X87Nan() {}

    /** Settles an operation on {@code f.a} and {@code f.b} that is about NaNs or unsupported patterns. */
    static boolean settles(SoftFloat f) {
        if (f.a.kind == Num.UNSUPPORTED || f.b.kind == Num.UNSUPPORTED) {
            SoftOperation.invalid(f);
            return true;
        }
        if (!f.a.isNan() && !f.b.isNan()) {
            return false;
        }
        if (f.a.kind == Num.SIGNALING || f.b.kind == Num.SIGNALING) {
            f.raise(Mxcsr.IE);
        }
        f.result.set(choose(f.a, f.b));
        f.result.quieten();
        return true;
    }

    /** The same of {@code f.a} alone. */
    static boolean settlesOne(SoftFloat f) {
        f.b.setZero(false);
        f.b.denormal = false;
        return settles(f);
    }

    /** A quiet one before a signaling one; of two of a kind the greater significand, and of equals the positive one. */
    private static Num choose(Num a, Num b) {
        if (!a.isNan() || !b.isNan()) {
            return a.isNan() ? a : b;
        }
        if (a.kind != b.kind) {
            return a.kind == Num.QUIET ? a : b;
        }
        int order = Long.compareUnsigned(a.significand, b.significand);
        if (order != 0) {
            return order > 0 ? a : b;
        }
        return a.negative ? b : a;
    }
}
