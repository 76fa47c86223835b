package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** XCHG, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B and BSWAP. */
final class Exchanges {
    private Exchanges() {}

    static final class Exchange extends ModifyOp {
        private final int src;

        Exchange(Site site, Insn in, int size) {
            super(site, in, size);
            src = in.regOf(size);
        }

        @Override
        long modify(Cpu c, long old) {
            return c.reg(src, size);
        }

        @Override
        void after(Cpu c, long old, long result) {
            c.setReg(src, size, old);
        }
    }

    /** 90 to 97: with the accumulator. */
    static final class ExchangeAccumulator extends RegOp {
        private final int size;

        ExchangeAccumulator(Site site, int dst, int size) {
            super(site, dst, Gpr.RAX, 0);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = c.reg(dst, size);
            c.setReg(dst, size, c.reg(src, size));
            c.setReg(src, size, value);
            return next.x(c);
        }
    }

    static final class Add extends ModifyOp {
        private final int src;

        Add(Site site, Insn in, int size) {
            super(site, in, size);
            src = in.regOf(size);
        }

        @Override
        long modify(Cpu c, long old) {
            return old + c.reg(src, size);
        }

        @Override
        void after(Cpu c, long old, long result) {
            Alu.flags(c, Alu.ADD, old, result - old, 64 - 8 * size);
            c.setReg(src, size, old);
        }
    }

    /** CMPXCHG of memory, which is written in either case, as the hardware does. */
    static final class Compare extends ModifyOp {
        private final int src;

        Compare(Site site, Insn in, int size) {
            super(site, in, size);
            src = in.regOf(size);
        }

        @Override
        long modify(Cpu c, long old) {
            return c.reg(Gpr.RAX, size) == old ? c.reg(src, size) : old;
        }

        @Override
        void after(Cpu c, long old, long result) {
            long accumulator = c.reg(Gpr.RAX, size);
            Alu.flags(c, Alu.CMP, accumulator, old, 64 - 8 * size);
            if (accumulator != old) {
                c.setReg(Gpr.RAX, size, old);
            }
        }
    }

    /** CMPXCHG of a register: where they differ, all 64 bits of the destination stay (AMD64 manual, volume 3). */
    static final class CompareRegister extends RmOp {
        private final int src;

        CompareRegister(Site site, Insn in, int size) {
            super(site, in, size);
            src = in.regOf(size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long old = c.reg(rm, size);
            long accumulator = c.reg(Gpr.RAX, size);
            Alu.flags(c, Alu.CMP, accumulator, old, 64 - 8 * size);
            if (accumulator == old) {
                c.setReg(rm, size, c.reg(src, size));
            } else {
                c.setReg(Gpr.RAX, size, old);
            }
            return next.x(c);
        }
    }

    /** CMPXCHG8B (pairs of 32 bits) and CMPXCHG16B (of 64; aligned, else #GP). */
    static final class ComparePair extends MemOp {
        private final int half;

        ComparePair(Site site, Insn in) {
            super(site, in);
            half = in.rexW() ? 8 : 4;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long va = ea(c);
            if (half == 8 && (va & 15) != 0) {
                throw c.raise(this, Vector.GP, 0);
            }
            c.probeWrite(va, 2 * half, this);
            long low = c.load(va, half, this);
            long high = c.load(va + half, half, this);
            boolean equal = low == c.reg(Gpr.RAX, half) && high == c.reg(Gpr.RDX, half);
            c.store(va, half, equal ? c.reg(Gpr.RBX, half) : low, this);
            c.store(va + half, half, equal ? c.reg(Gpr.RCX, half) : high, this);
            if (!equal) {
                c.setReg(Gpr.RAX, half, low);
                c.setReg(Gpr.RDX, half, high);
            }
            c.setArithmeticFlags((c.arithmeticFlags() & ~Rflags.ZF) | (equal ? Rflags.ZF : 0));
            return next.x(c);
        }
    }

    static final class ByteSwap extends RegOp {
        private final boolean wide;

        ByteSwap(Site site, Insn in) {
            super(site, in.opcodeRegister(), 0, 0);
            wide = in.rexW();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = c.r[dst];
            c.r[dst] = wide ? Long.reverseBytes(value) : Integer.reverseBytes((int) value) & 0xffff_ffffL;
            return next.x(c);
        }
    }
}
