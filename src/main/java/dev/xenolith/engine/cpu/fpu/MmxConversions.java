package dev.xenolith.engine.cpu.fpu;

/** Conversions with an MMX register on one side. */
final class MmxConversions {
    private MmxConversions() {}

    static void pi2ps(FpuState s, int dst, long lo, long hi, int imm) {
        Mmx.enter(s);
        pi2psFromMemory(s, dst, lo, hi, imm);
    }

    static void pi2psFromMemory(FpuState s, int dst, long lo, long hi, int imm) {
        long result = SseConversions.integersToSingles(s, lo);
        if (Simd.settle(s)) {
            s.xmm[dst << 1] = result;
        }
    }

    /** From a register. */
    static void pi2pd(FpuState s, int dst, long lo, long hi, int imm) {
        Mmx.enter(s);
        SseConversions.dq2pd(s, dst, lo, hi, imm);
    }

    static SseOp.Body ps2pi(boolean truncate) {
        return (s, dst, lo, hi, imm) -> put(s, dst, SseConversions.singlesToIntegers(s, lo, truncate));
    }

    static SseOp.Body pd2pi(boolean truncate) {
        return (s, dst, lo, hi, imm) -> put(s, dst, SseConversions.doublesToIntegers(s, lo, hi, truncate));
    }

    private static void put(FpuState s, int dst, long value) {
        if (Simd.settle(s)) {
            Mmx.put(s, dst, value);
        }
    }
}
