package dev.xenolith.engine.cpu.fpu;

/** FCHS, FABS, FXAM, FRNDINT, FSCALE, FXTRACT: what needs no more than ST(0), or scales by ST(1). */
final class X87Unary {
    private X87Unary() {}

    /** Loads ST(0) into {@code a}; false where it was empty, which is dealt with. */
    static boolean begin(FpuState s) {
        if (X87Stack.isEmpty(s, 0)) {
            if (X87.underflow(s)) {
                X87Stack.putIndefinite(s, 0);
            }
            return false;
        }
        s.soft.beginX87(s.controlWord);
        X87Stack.load(s, s.soft.a, 0);
        return true;
    }

    /** Writes the result to ST(0) unless an exception stops it. */
    static void end(FpuState s) {
        if (X87.settle(s)) {
            X87Stack.put(s, 0, s.soft.result);
        }
    }

    static void changeSign(FpuState s, int sti, long lo, long hi) {
        sign(s, 0, 0x8000);
    }

    static void absolute(FpuState s, int sti, long lo, long hi) {
        sign(s, 0x8000, 0);
    }

    /** No number is looked at, so nothing but an empty register is wrong. */
    private static void sign(FpuState s, int clear, int flip) {
        if (X87Stack.isEmpty(s, 0)) {
            if (X87.underflow(s)) {
                X87Stack.putIndefinite(s, 0);
            }
            return;
        }
        int register = X87Stack.physical(s, 0);
        s.signExponent[register] = (s.signExponent[register] & ~clear) ^ flip;
        X87.clearC1(s);
    }

    static void examine(FpuState s, int sti, long lo, long hi) {
        X87Stack.load(s, s.soft.a, 0);
        int c1 = s.soft.a.negative ? X87.C1 : 0;
        X87.setConditions(s, c1 | (X87Stack.isEmpty(s, 0) ? X87.C3 | X87.C0 : classOf(s.soft.a)));
    }

    private static int classOf(Num a) {
        return switch (a.kind) {
            case Num.ZERO -> X87.C3;
            case Num.FINITE -> a.denormal ? X87.C3 | X87.C2 : X87.C2;
            case Num.INFINITE -> X87.C2 | X87.C0;
            case Num.UNSUPPORTED -> 0;
            default -> X87.C0;
        };
    }

    static void roundToInteger(FpuState s, int sti, long lo, long hi) {
        if (!begin(s)) {
            return;
        }
        SoftFloat f = s.soft;
        if (!X87Nan.settlesOne(f)) {
            f.result.set(f.a);
            if (f.a.kind == Num.FINITE) {
                f.raise(f.a.denormal ? Mxcsr.DE : 0);
                roundFinite(f);
            }
        }
        end(s);
    }

    private static void roundFinite(SoftFloat f) {
        Num a = f.a;
        if (a.exponent >= 63) {
            return;
        }
        long fraction = SoftInteger.fraction(a);
        if (fraction == 0) {
            return;
        }
        f.raise(Mxcsr.PE);
        long magnitude = a.exponent < 0 ? 0 : a.significand >>> (63 - a.exponent);
        f.roundedUp = SoftInteger.increments(f.rounding(), a.negative, magnitude, fraction);
        magnitude += f.roundedUp ? 1 : 0;
        f.result.loadInteger(magnitude);
        f.result.negative = a.negative;
    }

    /** ST(0) = ST(0) * 2^trunc(ST(1)). Precision control has no say. */
    static void scale(FpuState s, int sti, long lo, long hi) {
        if (X87Stack.isEmpty(s, 1) || X87Stack.isEmpty(s, 0)) {
            if (X87.underflow(s)) {
                X87Stack.putIndefinite(s, 0);
            }
            return;
        }
        SoftFloat f = s.soft;
        f.beginX87(s.controlWord);
        X87Stack.load(s, f.a, 0);
        X87Stack.load(s, f.b, 1);
        if (!X87Nan.settles(f)) {
            scale(f);
        }
        end(s);
    }

    private static void scale(SoftFloat f) {
        Num a = f.a;
        Num b = f.b;
        boolean negativeScale = b.negative;
        if (b.kind == Num.INFINITE && a.kind == (negativeScale ? Num.INFINITE : Num.ZERO)) {
            SoftOperation.invalid(f);
            return;
        }
        SoftOperation.noteDenormals(f);
        f.result.set(a);
        if (b.kind == Num.INFINITE) {
            if (negativeScale) {
                f.result.setZero(a.negative);
            } else {
                f.result.setInfinite(a.negative);
            }
        } else if (a.kind == Num.FINITE) {
            int distance = b.kind == Num.ZERO || b.exponent < 0
                    ? 0
                    : b.exponent > 16 ? 1 << 17 : (int) (b.significand >>> (63 - b.exponent));
            f.result.exponent += negativeScale ? -distance : distance;
            f.rest = 0;
            f.toExtended(64);
        }
    }

    /** ST(0) becomes the exponent, and the significand is pushed. */
    static void extract(FpuState s, int sti, long lo, long hi) {
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
        if (X87Nan.settlesOne(f)) {
            f.b.set(f.result);
        } else {
            split(f);
        }
        if (X87.settle(s)) {
            X87Stack.put(s, 0, f.result);
            s.top = (s.top - 1) & 7;
            X87Stack.put(s, 0, f.b);
        }
    }

    /** Exponent into {@code result}, significand into {@code b}. */
    private static void split(SoftFloat f) {
        f.b.set(f.a);
        switch (f.a.kind) {
            case Num.ZERO -> {
                f.raise(Mxcsr.ZE);
                f.result.setInfinite(true);
            }
            case Num.INFINITE -> f.result.setInfinite(false);
            default -> {
                f.raise(f.a.denormal ? Mxcsr.DE : 0);
                f.result.loadInteger(f.a.exponent);
                f.b.exponent = 0;
            }
        }
    }
}
