package dev.xenolith.engine.cpu.fpu;

/**
 * FST, FIST, FISTTP and FBSTP to memory: the first halves, which leave the bytes in {@code s.lo} and {@code s.hi} and
 * the rest to {@link X87#retireStore}.
 */
final class X87Store {
    private static final int SINGLE_INDEFINITE = 0xffc0_0000;
    private static final long DOUBLE_INDEFINITE = 0xfff8_0000_0000_0000L;

    private X87Store() {}

    static X87Op.Body single(boolean pop) {
        return (s, sti, lo, hi) -> {
            s.lo = SINGLE_INDEFINITE & 0xffff_ffffL;
            if (begin(s, pop)) {
                if (isNumber(s)) {
                    s.soft.toSingle();
                }
                s.lo = s.soft.result.toSingle() & 0xffff_ffffL;
                X87.settleStore(s, pop);
            }
        };
    }

    static X87Op.Body dual(boolean pop) {
        return (s, sti, lo, hi) -> {
            s.lo = DOUBLE_INDEFINITE;
            if (begin(s, pop)) {
                if (isNumber(s)) {
                    s.soft.toDouble();
                }
                s.lo = s.soft.result.toDouble();
                X87.settleStore(s, pop);
            }
        };
    }

    /** FSTP to ten bytes takes the register as it is. */
    static void extended(FpuState s, int sti, long lo, long hi) {
        s.lo = Num.INTEGER_BIT | Num.QUIET_BIT;
        s.hi = 0xffff;
        if (begin(s, true)) {
            int register = X87Stack.physical(s, 0);
            s.lo = s.significand[register];
            s.hi = s.signExponent[register];
            X87.settleStore(s, true);
        }
    }

    static X87Op.Body integer(int bits, boolean pop) {
        return (s, sti, lo, hi) -> {
            s.lo = -1L << (bits - 1);
            if (begin(s, pop)) {
                SoftFloat f = s.soft;
                s.lo = SoftInteger.convert(f, f.a, f.rounding(), bits);
                X87.settleStore(s, pop);
            }
        };
    }

    /** FISTTP: towards zero, whatever the control word says. */
    static X87Op.Body truncated(int bits) {
        return (s, sti, lo, hi) -> {
            s.lo = -1L << (bits - 1);
            if (begin(s, true)) {
                s.lo = SoftInteger.convert(s.soft, s.soft.a, SoftFloat.TRUNCATE, bits);
                X87.settleStore(s, true);
            }
        };
    }

    static void decimal(FpuState s, int sti, long lo, long hi) {
        s.lo = X87Decimal.INDEFINITE_LOW;
        s.hi = X87Decimal.INDEFINITE_HIGH;
        if (begin(s, true)) {
            X87Decimal.fromNumber(s);
            X87.settleStore(s, true);
        }
    }

    private static boolean begin(FpuState s, boolean pop) {
        if (X87Stack.isEmpty(s, 0)) {
            X87.underflowStore(s, pop);
            return false;
        }
        s.soft.beginX87(s.controlWord);
        X87Stack.load(s, s.soft.a, 0);
        return true;
    }

    /** Puts ST(0) where rounding takes it from; false where that is no finite number and the result stands. */
    private static boolean isNumber(FpuState s) {
        SoftFloat f = s.soft;
        if (X87Nan.settlesOne(f)) {
            return false;
        }
        f.result.set(f.a);
        f.rest = 0;
        return f.a.kind == Num.FINITE;
    }
}
