package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** MOV and LEA to registers, from registers and immediates. */
final class Moves {
    private Moves() {}

    /** r = register + constant: MOV of either, and LEA of the plain kind. */
    static Op toRegister(Site site, int size, int dst, int src, long imm) {
        return switch (size) {
            case 8 -> src == CpuRegisters.ZERO ? new Constant(site, dst, imm) : new Move64(site, dst, src, imm);
            case 4 ->
                src == CpuRegisters.ZERO
                        ? new Constant(site, dst, imm & 0xffff_ffffL)
                        : new Move32(site, dst, src, imm);
            default -> new Small(site, dst, src, imm, size);
        };
    }

    static Op lea(Insn in, Site site) {
        boolean plain = in.index == CpuRegisters.ZERO && !in.address32;
        return plain && in.size() >= 4
                ? toRegister(site, in.size(), in.reg, in.base, in.displacement)
                : new Lea(site, in);
    }

    static final class Constant extends RegOp {
        Constant(Site site, int dst, long imm) {
            super(site, dst, CpuRegisters.ZERO, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = imm;
            return next.x(c);
        }
    }

    static final class Move64 extends RegOp {
        Move64(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = c.r[src] + imm;
            return next.x(c);
        }
    }

    static final class Move32 extends RegOp {
        Move32(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = c.r[src] + imm & 0xffff_ffffL;
            return next.x(c);
        }
    }

    static final class Small extends RegOp {
        private final int size;

        Small(Site site, int dst, int src, long imm, int size) {
            super(site, dst, src, imm);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setReg(dst, size, c.reg(src, size) + imm);
            return next.x(c);
        }
    }

    /** XOR or SUB of a register with itself where nobody reads the flags. */
    static final class Zero extends RegOp {
        Zero(Site site, int dst) {
            super(site, dst, CpuRegisters.ZERO, 0);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = 0;
            return next.x(c);
        }
    }

    static final class ZeroFlags extends RegOp {
        ZeroFlags(Site site, int dst) {
            super(site, dst, CpuRegisters.ZERO, 0);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = 0;
            c.ccOp = CpuRegisters.BITS;
            c.ccA = 0;
            c.ccRes = 0;
            return next.x(c);
        }
    }

    private static final class Lea extends MemOp {
        private final int dst;
        private final int size;

        Lea(Site site, Insn in) {
            super(site, in);
            dst = in.reg;
            size = in.size();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setReg(dst, size, offset(c));
            return next.x(c);
        }
    }
}
