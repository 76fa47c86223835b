package dev.xenolith.engine.cpu.fpu;

/** FCOM, FUCOM, FCOMI, FUCOMI, FTST and their popping forms; FCMOV. */
final class X87Compare {
    private static final int UNORDERED = X87.C3 | X87.C2 | X87.C0;

    private X87Compare() {}

    static X87Op.Body register(boolean quietIsInvalid, int pops) {
        return (s, sti, lo, hi) -> {
            int order = registers(s, sti, quietIsInvalid);
            finish(s, order, pops);
        };
    }

    static X87Op.Body single(int pops) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadSingle((int) lo, false);
            finish(s, withMemory(s), pops);
        };
    }

    static X87Op.Body dual(int pops) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadDouble(lo, false);
            finish(s, withMemory(s), pops);
        };
    }

    static X87Op.Body shortInteger(int pops) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadInt((short) lo);
            finish(s, withMemory(s), pops);
        };
    }

    static X87Op.Body integer(int pops) {
        return (s, sti, lo, hi) -> {
            s.soft.b.loadInt((int) lo);
            finish(s, withMemory(s), pops);
        };
    }

    static void test(FpuState s, int sti, long lo, long hi) {
        s.soft.b.setZero(false);
        finish(s, withMemory(s), 0);
    }

    /** FCOMI and FUCOMI leave ZF, PF and CF for the caller, and C1 as it was but for an empty register. */
    static X87Op.Body toFlags(boolean quietIsInvalid, int pops) {
        return (s, sti, lo, hi) -> {
            int c1 = s.statusFlags & X87.C1;
            int order = registers(s, sti, quietIsInvalid);
            boolean empty = X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, sti);
            s.statusFlags |= empty ? 0 : c1;
            s.lo = SseCompare.flagsOf(order);
            if (!s.soft.stopped && pops != 0) {
                X87Stack.pop(s);
            }
        };
    }

    // An unmasked exception suppresses the pops, but not the condition codes and flags.

    private static int registers(FpuState s, int sti, boolean quietIsInvalid) {
        if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, sti)) {
            s.soft.stopped = !X87.underflow(s);
            return SoftCompare.UNORDERED;
        }
        X87Stack.load(s, s.soft.a, 0);
        X87Stack.load(s, s.soft.b, sti);
        return order(s, quietIsInvalid);
    }

    private static int withMemory(FpuState s) {
        if (X87Stack.isEmpty(s, 0)) {
            s.soft.stopped = !X87.underflow(s);
            return SoftCompare.UNORDERED;
        }
        X87Stack.load(s, s.soft.a, 0);
        return order(s, true);
    }

    private static int order(FpuState s, boolean quietIsInvalid) {
        SoftFloat f = s.soft;
        f.beginX87(s.controlWord);
        int order = SoftCompare.UNORDERED;
        boolean unsupported = f.a.kind == Num.UNSUPPORTED || f.b.kind == Num.UNSUPPORTED;
        if (unsupported || f.a.isNan() || f.b.isNan()) {
            boolean signaling = f.a.kind == Num.SIGNALING || f.b.kind == Num.SIGNALING;
            f.raise(unsupported || signaling || quietIsInvalid ? Mxcsr.IE : 0);
        } else {
            SoftOperation.noteDenormals(f);
            order = SoftCompare.order(f.a, f.b);
        }
        f.stopped = !X87.settle(s);
        return order;
    }

    private static void finish(FpuState s, int order, int pops) {
        int c1 = s.statusFlags & X87.C1;
        X87.setConditions(s, c1 | conditions(order));
        for (int i = 0; i < pops && !s.soft.stopped; i++) {
            X87Stack.pop(s);
        }
    }

    private static int conditions(int order) {
        return switch (order) {
            case -1 -> X87.C0;
            case 0 -> X87.C3;
            case 1 -> 0;
            default -> UNORDERED;
        };
    }

    /** FCMOVcc: {@code lo} holds rflags; {@code mask} the flags of which one set means below, equal and so on. */
    static X87Op.Body conditionalMove(int mask, boolean ifSet) {
        return (s, sti, lo, hi) -> {
            if (X87Stack.isEmpty(s, 0) || X87Stack.isEmpty(s, sti)) {
                if (X87.underflow(s)) {
                    X87Stack.putIndefinite(s, 0);
                }
                return;
            }
            if (((lo & mask) != 0) == ifSet) {
                X87Stack.copy(s, sti, 0);
            }
        };
    }
}
