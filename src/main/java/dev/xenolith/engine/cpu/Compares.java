package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** CMP and TEST. Operands shifted to the top make one class of all sizes. */
final class Compares {
    private Compares() {}

    static final class Registers extends RegOp {
        private final int shift;

        Registers(Site site, int dst, int src, long imm, int size) {
            super(site, dst, src, imm);
            shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            c.ccOp = CpuRegisters.SUB | shift;
            c.ccA = a;
            c.ccRes = a - ((c.r[src] + imm) << shift);
            return next.x(c);
        }
    }

    static final class TestRegisters extends RegOp {
        private final int shift;

        TestRegisters(Site site, int dst, int src, long imm, int size) {
            super(site, dst, src, imm);
            shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.ccOp = CpuRegisters.BITS | shift;
            c.ccA = 0;
            c.ccRes = (c.r[dst] & c.r[src] + imm) << shift;
            return next.x(c);
        }
    }

    /** CMP of memory with a register or immediate, in either order. */
    static final class MemoryWith extends MemOp {
        private final int size;
        private final int src;
        private final long imm;
        private final boolean reversed;

        MemoryWith(Site site, Insn in, int size, int src, long imm, boolean reversed) {
            super(site, in);
            this.size = size;
            this.src = src;
            this.imm = imm;
            this.reversed = reversed;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            int shift = 64 - 8 * size;
            long inMemory = c.load(ea(c), size, this) << shift;
            long other = (c.reg(src, size) + imm) << shift;
            long a = reversed ? other : inMemory;
            c.ccOp = CpuRegisters.SUB | shift;
            c.ccA = a;
            c.ccRes = a - (reversed ? inMemory : other);
            return next.x(c);
        }
    }

    /** TEST where modrm names memory or a high byte takes part. */
    static final class TestGeneral extends RmOp {
        private final int src;
        private final long imm;

        TestGeneral(Site site, Insn in, int size, int src, long imm) {
            super(site, in, size);
            this.src = src;
            this.imm = imm;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            int shift = 64 - 8 * size;
            long value = loadRm(c);
            c.setResult((value & c.reg(src, size) + imm) << shift, shift, 0);
            return next.x(c);
        }
    }

    /** Opcodes 84, 85 and F6, F7 /0 and /1. */
    static Op test(Insn in, Site site, int size, int src, long imm) {
        int rm = in.rmOf(size);
        return in.memory || rm >= CpuRegisters.HIGH || src >= CpuRegisters.HIGH
                ? new TestGeneral(site, in, size, src, imm)
                : new TestRegisters(site, rm, src, imm, size);
    }
}
