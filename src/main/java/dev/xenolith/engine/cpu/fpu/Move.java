package dev.xenolith.engine.cpu.fpu;

/** Moves between XMM registers, memory and general registers. */
final class Move {
    private Move() {}

    /** All 128 bits; from memory of 4 or 8 bytes the rest becomes zero, which is what those loads do. */
    static void whole(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lo;
        s.xmm[(dst << 1) + 1] = hi;
    }

    /** MOVQ between registers: the upper half becomes zero. */
    static void lowQwordAlone(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lo;
        s.xmm[(dst << 1) + 1] = 0;
    }

    static void dwordAlone(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lo & 0xffff_ffffL;
        s.xmm[(dst << 1) + 1] = 0;
    }

    /** MOVSS between registers: only the lowest element. */
    static void lowDword(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = (s.xmm[dst << 1] & 0xffff_ffff_0000_0000L) | (lo & 0xffff_ffffL);
    }

    /** MOVSD between registers, MOVLPS. */
    static void lowQword(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lo;
    }

    /** MOVHPS, MOVLHPS. */
    static void highQword(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[(dst << 1) + 1] = lo;
    }

    /** MOVHLPS. */
    static void highToLow(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = hi;
    }

    static void out(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = lo;
        s.hi = hi;
    }

    static void outDword(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = lo & 0xffff_ffffL;
    }

    static void outHigh(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = hi;
    }

    /** MOVDQ2Q: to an MMX register. */
    static void toMm(FpuState s, int dst, long lo, long hi, int imm) {
        Mmx.put(s, dst, lo);
    }
}
