package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * BT, BTS, BTR and BTC. With a register index a memory operand is a bit string: the index reaches beyond the operand, in
 * units of its size. Only CF changes of the defined flags; the others stay.
 */
final class BitTests {
    private static final int TEST = 4;
    private static final int SET = 5;
    private static final int RESET = 6;

    private BitTests() {}

    static Op lower(Insn in, Site site) {
        boolean byImmediate = (in.opcode & 0xff) == 0xba;
        int kind = byImmediate ? in.group() : in.opcode >> 3 & 7;
        int src = byImmediate ? CpuRegisters.ZERO : in.reg;
        return kind == TEST ? new Test(site, in, src) : new Modify(site, in, kind, src);
    }

    private static void setCarry(CpuRegisters c, boolean carry) {
        c.setArithmeticFlags((c.arithmeticFlags() & ~Rflags.CF) | (carry ? Rflags.CF : 0));
    }

    private static long stringOffset(Cpu c, int src, int size) {
        long index = CpuRegisters.signExtend(c.reg(src, size), size);
        return (index >> (size == 8 ? 6 : size == 4 ? 5 : 4)) * size;
    }

    private static final class Test extends RmOp {
        private final int src;
        private final long imm;

        Test(Site site, Insn in, int src) {
            super(site, in, in.size());
            this.src = src;
            this.imm = in.immediate;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long bit = c.r[src] + imm & 8 * size - 1;
            long value = memory ? c.load(ea(c) + stringOffset(c, src, size), size, this) : c.reg(rm, size);
            setCarry(c, (value >>> bit & 1) != 0);
            return next.x(c);
        }
    }

    private static final class Modify extends ModifyOp {
        private final int kind;
        private final int src;
        private final long imm;

        Modify(Site site, Insn in, int kind, int src) {
            super(site, in, in.size());
            this.kind = kind;
            this.src = src;
            this.imm = in.immediate;
        }

        @Override
        long address(Cpu c) {
            return ea(c) + stringOffset(c, src, size);
        }

        private long bit(Cpu c) {
            return 1L << (c.r[src] + imm & 8 * size - 1);
        }

        @Override
        long modify(Cpu c, long old) {
            long bit = bit(c);
            return kind == SET ? old | bit : kind == RESET ? old & ~bit : old ^ bit;
        }

        @Override
        void after(Cpu c, long old, long result) {
            // In "bts r, r" the index register has changed by now: old and result differ in exactly the bit, or not.
            long bit = old ^ result;
            boolean was = bit != 0 ? (old & bit) != 0 : kind == SET;
            setCarry(c, was);
        }
    }
}
