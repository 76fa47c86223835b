package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** 32- and 64-bit arithmetic of a register with memory; kinds without carry. */
final class AluLoads {
    private AluLoads() {}

    static final class Load extends MemOp {
        private final int kind;
        private final int dst;
        private final boolean wide;
        private final int shift;

        Load(Site site, Insn in, int size, int kind, int dst) {
            super(site, in);
            this.kind = kind;
            this.dst = dst;
            this.wide = size == 8;
            this.shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long va = ea(c);
            long b = (wide ? c.load64(va, this) : c.load32(va, this)) << shift;
            long a = c.r[dst] << shift;
            c.r[dst] = apply(c, a, b) >>> shift;
            return next.x(c);
        }

        private long apply(Cpu c, long a, long b) {
            long result;
            switch (kind) {
                case Alu.ADD -> {
                    result = a + b;
                    c.ccOp = CpuRegisters.ADD | shift;
                    c.ccA = a;
                }
                case Alu.SUB -> {
                    result = a - b;
                    c.ccOp = CpuRegisters.SUB | shift;
                    c.ccA = a;
                }
                default -> {
                    result = kind == Alu.AND ? a & b : kind == Alu.OR ? a | b : a ^ b;
                    c.ccOp = CpuRegisters.BITS | shift;
                    c.ccA = 0;
                }
            }
            c.ccRes = result;
            return result;
        }
    }
}
