package dev.xenolith.engine.cpu.fpu;

/** ST(0) to ST(7) over the physical registers. */
final class X87Stack {
    private X87Stack() {}

    static int physical(FpuState s, int i) {
        return (s.top + i) & 7;
    }

    static boolean isEmpty(FpuState s, int i) {
        return (s.occupied >> physical(s, i) & 1) == 0;
    }

    static void load(FpuState s, Num number, int i) {
        int register = physical(s, i);
        number.loadExtended(s.signExponent[register], s.significand[register]);
    }

    static void put(FpuState s, int i, Num number) {
        boolean zero = number.kind == Num.ZERO;
        putRaw(s, i, number.toSignExponent(), zero ? 0 : number.significand);
    }

    static void putRaw(FpuState s, int i, int signExponent, long significand) {
        int register = physical(s, i);
        s.signExponent[register] = signExponent;
        s.significand[register] = significand;
        s.occupied |= 1 << register;
    }

    static void putIndefinite(FpuState s, int i) {
        putRaw(s, i, 0xffff, Num.INTEGER_BIT | Num.QUIET_BIT);
    }

    static void copy(FpuState s, int from, int to) {
        int source = physical(s, from);
        putRaw(s, to, s.signExponent[source], s.significand[source]);
    }

    static void free(FpuState s, int i) {
        s.occupied &= ~(1 << physical(s, i));
    }

    static void pop(FpuState s) {
        free(s, 0);
        s.top = (s.top + 1) & 7;
    }

    /** Makes room for a new ST(0), or ends the instruction with the masked or unmasked response to an overflow. */
    static boolean makeRoom(FpuState s) {
        if (isEmpty(s, 7)) {
            s.top = (s.top - 1) & 7;
            return true;
        }
        if (X87.overflow(s)) {
            s.top = (s.top - 1) & 7;
            putIndefinite(s, 0);
        }
        return false;
    }
}
