package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** MUL and IMUL. The flags the SDM calls undefined: SF, ZF and PF of the low half, AF clear. */
final class Multiply {
    private Multiply() {}

    /** IMUL with a destination register: 0F AF, 69 and 6B. */
    static Op toRegister(Insn in, Site site, boolean byImmediate) {
        return !in.memory && in.size() >= 4
                ? new Signed(site, in, byImmediate)
                : new SignedGeneral(site, in, byImmediate);
    }

    private static void flags(CpuRegisters c, long low, int size, boolean overflow) {
        int shift = 64 - 8 * size;
        c.setResult(low << shift, shift, overflow ? Rflags.CF | Rflags.OF : 0);
    }

    private static long signedProduct(CpuRegisters c, long a, long b, int size, boolean flagsLive) {
        long low = a * b;
        if (flagsLive) {
            boolean overflow =
                    size == 8 ? Math.multiplyHigh(a, b) != low >> 63 : CpuRegisters.signExtend(low, size) != low;
            flags(c, low, size, overflow);
        }
        return low;
    }

    private static final class Signed extends RegOp {
        private final int other;
        private final int shift;
        private final int size;
        private final boolean flagsLive;

        Signed(Site site, Insn in, boolean byImmediate) {
            super(site, in.reg, in.rm, in.immediate);
            other = byImmediate ? CpuRegisters.ZERO : in.reg;
            size = in.size();
            shift = 64 - 8 * size;
            flagsLive = site.flagsLive();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[src] << shift >> shift;
            long b = (c.r[other] + imm) << shift >> shift;
            c.r[dst] = signedProduct(c, a, b, size, flagsLive) << shift >>> shift;
            return next.x(c);
        }
    }

    private static final class SignedGeneral extends RmOp {
        private final int dst;
        private final boolean byImmediate;
        private final long imm;

        SignedGeneral(Site site, Insn in, boolean byImmediate) {
            super(site, in, in.size());
            this.dst = in.reg;
            this.byImmediate = byImmediate;
            this.imm = in.immediate;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = CpuRegisters.signExtend(loadRm(c), size);
            long b = byImmediate ? imm : CpuRegisters.signExtend(c.reg(dst, size), size);
            c.setReg(dst, size, signedProduct(c, a, b, size, true));
            return next.x(c);
        }
    }

    /** F6 and F7, /4 and /5: the accumulator times an operand, into twice the width. */
    static final class Wide extends RmOp {
        private final boolean signed;

        Wide(Site site, Insn in, int size) {
            super(site, in, size);
            signed = in.group() == 5;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = extend(c.reg(Gpr.RAX, size));
            long b = extend(loadRm(c));
            long low = a * b;
            if (size == 8) {
                long high = signed ? Math.multiplyHigh(a, b) : Math.unsignedMultiplyHigh(a, b);
                c.r[Gpr.RAX] = low;
                c.r[Gpr.RDX] = high;
                flags(c, low, size, high != (signed ? low >> 63 : 0));
            } else {
                flags(c, low, size, low != extend(low & CpuRegisters.mask(size)));
                narrow(c, low);
            }
            return next.x(c);
        }

        private long extend(long value) {
            return signed ? CpuRegisters.signExtend(value, size) : value;
        }

        private void narrow(Cpu c, long product) {
            if (size == 1) {
                c.setReg(Gpr.RAX, 2, product);
            } else {
                c.setReg(Gpr.RAX, size, product);
                c.setReg(Gpr.RDX, size, product >>> (8 * size));
            }
        }
    }
}
