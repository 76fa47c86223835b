package dev.xenolith.engine.cpu;

/** SHLD and SHRD. A 16-bit count above 16 is undefined; the operands are then rotated on, as processors do. */
final class DoubleShifts extends ModifyOp {
    private final boolean left;
    private final int src;
    private final int fixedCount;
    private final int bits;

    DoubleShifts(Site site, Insn in) {
        super(site, in, in.size());
        left = (in.opcode & 8) == 0;
        src = in.reg;
        fixedCount = (in.opcode & 1) != 0 ? ShiftGeneral.BY_CL : (int) in.immediate & (size == 8 ? 63 : 31);
        bits = 8 * size;
    }

    private int count(Cpu c) {
        return fixedCount == ShiftGeneral.BY_CL ? (int) c.r[Gpr.RCX] & (size == 8 ? 63 : 31) : fixedCount;
    }

    @Override
    long modify(Cpu c, long old) {
        int count = count(c);
        if (count == 0) {
            return old;
        }
        long other = c.reg(src, size);
        if (count > bits) {
            long wide = old << 32 | other << 16 | old;
            return left ? wide << count >>> 32 : wide >>> count;
        }
        if (count == bits) {
            return other;
        }
        return left ? old << count | other >>> (bits - count) : old >>> count | other << (bits - count);
    }

    @Override
    void after(Cpu c, long old, long result) {
        int count = count(c);
        if (count == 0) {
            return;
        }
        int shift = 64 - bits;
        int out = left ? bits - count : count - 1;
        boolean carry = out >= 0 && out < bits && (old >>> out & 1) != 0;
        boolean overflow = (result ^ old) << shift < 0;
        c.setResult(result << shift, shift, (carry ? Rflags.CF : 0) | (overflow ? Rflags.OF : 0));
    }
}
