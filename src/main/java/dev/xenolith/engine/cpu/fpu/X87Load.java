package dev.xenolith.engine.cpu.fpu;

/** FLD, FILD, FBLD, the constants, FXCH, FST to a register, and what moves the stack without a number. */
final class X87Load {
    private X87Load() {}

    static void register(FpuState s, int sti, long lo, long hi) {
        if (X87Stack.isEmpty(s, sti)) {
            pushIndefiniteIfMasked(s);
            return;
        }
        int register = X87Stack.physical(s, sti);
        pushRaw(s, s.signExponent[register], s.significand[register]);
    }

    private static void pushIndefiniteIfMasked(FpuState s) {
        if (X87.underflow(s)) {
            s.top = (s.top - 1) & 7;
            X87Stack.putIndefinite(s, 0);
        }
    }

    private static void pushRaw(FpuState s, int signExponent, long significand) {
        if (X87Stack.makeRoom(s)) {
            X87Stack.putRaw(s, 0, signExponent, significand);
            X87.clearC1(s);
        }
    }

    static void single(FpuState s, int sti, long lo, long hi) {
        s.soft.a.loadSingle((int) lo, false);
        pushConverted(s);
    }

    static void dual(FpuState s, int sti, long lo, long hi) {
        s.soft.a.loadDouble(lo, false);
        pushConverted(s);
    }

    /** Widening is exact, but a signaling NaN is invalid and a denormal is told. */
    private static void pushConverted(FpuState s) {
        if (!X87Stack.isEmpty(s, 7)) {
            X87Stack.makeRoom(s);
            return;
        }
        SoftFloat f = s.soft;
        f.beginX87(s.controlWord);
        if (!X87Nan.settlesOne(f)) {
            f.raise(f.a.kind == Num.FINITE && f.a.denormal ? Mxcsr.DE : 0);
            f.result.set(f.a);
        }
        // An unmasked denormal is told but loaded all the same: the processor converts before it looks.
        if (X87.settle(s) || (f.flags & Mxcsr.IE) == 0) {
            s.top = (s.top - 1) & 7;
            X87Stack.put(s, 0, f.result);
        }
    }

    /** Ten bytes are taken as they are. */
    static void extended(FpuState s, int sti, long lo, long hi) {
        pushRaw(s, (int) hi & 0xffff, lo);
    }

    static void shortInteger(FpuState s, int sti, long lo, long hi) {
        pushInt(s, (short) lo);
    }

    static void integer(FpuState s, int sti, long lo, long hi) {
        pushInt(s, (int) lo);
    }

    static void longInteger(FpuState s, int sti, long lo, long hi) {
        pushInteger(s, lo);
    }

    static void decimal(FpuState s, int sti, long lo, long hi) {
        Num a = s.soft.a;
        a.loadInteger(X87Decimal.toBinary(lo, hi));
        a.negative = (hi & 0x8000) != 0;
        pushRaw(s, a.toSignExponent(), a.kind == Num.ZERO ? 0 : a.significand);
    }

    private static void pushInt(FpuState s, int value) {
        pushInteger(s, value);
    }

    private static void pushInteger(FpuState s, long value) {
        Num a = s.soft.a;
        a.loadInteger(value);
        pushRaw(s, a.toSignExponent(), a.kind == Num.ZERO ? 0 : a.significand);
    }

    /**
     * A constant, whose last bit the rounding mode decides.
     *
     * @param significand rounded to nearest
     * @param roundedUp the significand is greater than the exact value
     */
    static X87Op.Body constant(int exponent, long significand, boolean roundedUp) {
        return (s, sti, lo, hi) -> {
            int rounding = s.controlWord >> 10 & 3;
            long adjusted = significand;
            if (roundedUp && (rounding == SoftFloat.DOWN || rounding == SoftFloat.TRUNCATE)) {
                adjusted--;
            } else if (!roundedUp && rounding == SoftFloat.UP) {
                adjusted++;
            }
            pushRaw(s, exponent, adjusted);
        };
    }

    static X87Op.Body exactConstant(int exponent, long significand) {
        return (s, sti, lo, hi) -> pushRaw(s, exponent, significand);
    }

    static void exchange(FpuState s, int sti, long lo, long hi) {
        boolean topEmpty = X87Stack.isEmpty(s, 0);
        boolean otherEmpty = X87Stack.isEmpty(s, sti);
        if (topEmpty || otherEmpty) {
            if (!X87.underflow(s)) {
                return;
            }
            if (topEmpty) {
                X87Stack.putIndefinite(s, 0);
            }
            if (otherEmpty) {
                X87Stack.putIndefinite(s, sti);
            }
        } else {
            X87.clearC1(s);
        }
        int top = X87Stack.physical(s, 0);
        int other = X87Stack.physical(s, sti);
        int signExponent = s.signExponent[top];
        long significand = s.significand[top];
        X87Stack.copy(s, sti, 0);
        s.signExponent[other] = signExponent;
        s.significand[other] = significand;
    }

    static X87Op.Body storeToRegister(boolean pop) {
        return (s, sti, lo, hi) -> {
            if (X87Stack.isEmpty(s, 0)) {
                if (!X87.underflow(s)) {
                    return;
                }
                X87Stack.putIndefinite(s, sti);
            } else {
                X87.clearC1(s);
                X87Stack.copy(s, 0, sti);
            }
            if (pop) {
                X87Stack.pop(s);
            }
        };
    }

    /** D9 D8: where ST(0) is empty it only pops, and tells nobody. */
    static void storeSilentlyAndPop(FpuState s, int sti, long lo, long hi) {
        X87.clearC1(s);
        if (!X87Stack.isEmpty(s, 0)) {
            X87Stack.copy(s, 0, sti);
        }
        X87Stack.pop(s);
    }

    static void free(FpuState s, int sti, long lo, long hi) {
        X87Stack.free(s, sti);
        X87.clearC1(s);
    }

    static void freeAndPop(FpuState s, int sti, long lo, long hi) {
        X87Stack.free(s, sti);
        X87.clearC1(s);
        X87Stack.pop(s);
    }

    static void decrement(FpuState s, int sti, long lo, long hi) {
        s.top = (s.top - 1) & 7;
        X87.clearC1(s);
    }

    static void increment(FpuState s, int sti, long lo, long hi) {
        s.top = (s.top + 1) & 7;
        X87.clearC1(s);
    }
}
