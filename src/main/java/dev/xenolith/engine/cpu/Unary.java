package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** INC, DEC, NOT and NEG. */
final class Unary {
    private Unary() {}

    static Op increment(Insn in, Site site, int size, boolean down) {
        if (in.memory || size < 4) {
            return new IncrementGeneral(site, in, size, down);
        }
        long step = down ? -1 : 1;
        if (!site.flagsLive()) {
            return size == 8 ? new Moves.Move64(site, in.rm, in.rm, step) : new Moves.Move32(site, in.rm, in.rm, step);
        }
        return new Increment(site, in.rm, step, size);
    }

    /** With flags: all but CF change. */
    private static final class Increment extends RegOp {
        private final int shift;

        Increment(Site site, int dst, long step, int size) {
            super(site, dst, 0, step);
            shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long result = (c.r[dst] << shift) + (imm << shift);
            incrementFlags(c, result, shift, imm < 0);
            c.r[dst] = result >>> shift;
            return next.x(c);
        }
    }

    private static final class IncrementGeneral extends ModifyOp {
        private final boolean down;

        IncrementGeneral(Site site, Insn in, int size, boolean down) {
            super(site, in, size);
            this.down = down;
        }

        @Override
        long modify(Cpu c, long old) {
            return down ? old - 1 : old + 1;
        }

        @Override
        void after(Cpu c, long old, long result) {
            int shift = 64 - 8 * size;
            incrementFlags(c, result << shift, shift, down);
        }
    }

    private static void incrementFlags(CpuRegisters c, long result, int shift, boolean down) {
        long before = down ? result + (1L << shift) : result;
        int nibble = (int) (before >>> shift) & 15;
        int bits =
                (c.cf() ? Rflags.CF : 0) | (nibble == 0 ? Rflags.AF : 0) | (before == Long.MIN_VALUE ? Rflags.OF : 0);
        c.setResult(result, shift, bits);
    }

    static final class Not extends ModifyOp {
        Not(Site site, Insn in, int size) {
            super(site, in, size);
        }

        @Override
        long modify(Cpu c, long old) {
            return ~old;
        }

        @Override
        void after(Cpu c, long old, long result) {
            // NOT sets no flags.
        }
    }

    static final class Neg extends ModifyOp {
        Neg(Site site, Insn in, int size) {
            super(site, in, size);
        }

        @Override
        long modify(Cpu c, long old) {
            return -old;
        }

        @Override
        void after(Cpu c, long old, long result) {
            Alu.flags(c, Alu.SUB, 0, old, 64 - 8 * size);
        }
    }
}
