package dev.xenolith.engine.cpu;

/**
 * Every shift and rotate in every form.
 *
 * <p>Flags the SDM calls undefined: AF is cleared by shifts; OF is computed for every count as for a count of one.
 */
final class ShiftGeneral extends ModifyOp {
    static final int BY_CL = -1;

    private final int kind;
    private final int fixedCount;
    private final int bits;

    ShiftGeneral(Site site, Insn in, int size, int kind, int count) {
        super(site, in, size);
        this.kind = kind;
        this.fixedCount = count;
        this.bits = 8 * size;
    }

    private int count(Cpu c) {
        return fixedCount == BY_CL ? (int) c.r[Gpr.RCX] & (size == 8 ? 63 : 31) : fixedCount;
    }

    @Override
    long modify(Cpu c, long old) {
        int count = count(c);
        return switch (kind) {
            case Shifts.ROL -> rotateLeft(old, count % bits);
            case Shifts.ROR -> rotateLeft(old, (bits - count % bits) % bits);
            case Shifts.RCL -> throughCarry(old, count % (bits + 1), c.cf());
            case Shifts.RCR -> throughCarry(old, (bits + 1 - count % (bits + 1)) % (bits + 1), c.cf());
            case Shifts.SHR -> count > 63 ? 0 : old >>> count;
            case Shifts.SAR -> CpuRegisters.signExtend(old, size) >> count;
            default -> old << count;
        };
    }

    private long rotateLeft(long value, int by) {
        return by == 0 ? value : value << by | value >>> (bits - by);
    }

    /** Rotates the carry and the value, carry on top, to the left; the value's part. */
    private long throughCarry(long value, int by, boolean carry) {
        if (by == 0) {
            return value;
        }
        long low = carry ? 1L << (by - 1) : 0;
        long fromTop = by == 1 ? 0 : value >>> (bits + 1 - by);
        long fromBottom = by == 64 ? 0 : value << by;
        return fromBottom | low | fromTop;
    }

    @Override
    void after(Cpu c, long old, long result) {
        int count = count(c);
        if (count == 0) {
            return;
        }
        int shift = 64 - bits;
        boolean sign = result << shift < 0;
        switch (kind) {
            case Shifts.ROL -> rotated(c, (result & 1) != 0, sign != ((result & 1) != 0));
            case Shifts.ROR -> rotated(c, sign, sign != (result << (shift + 1) < 0));
            case Shifts.RCL -> afterRcl(c, old, sign, count % (bits + 1));
            case Shifts.RCR -> afterRcr(c, old, sign != (result << (shift + 1) < 0), count % (bits + 1));
            case Shifts.SHR -> {
                boolean carry = count <= bits && (old >>> (count - 1) & 1) != 0;
                shifted(c, result, carry, old << shift < 0);
            }
            case Shifts.SAR -> shifted(c, result, (CpuRegisters.signExtend(old, size) >> (count - 1) & 1) != 0, false);
            default -> {
                boolean carry = count <= bits && (old >>> (bits - count) & 1) != 0;
                shifted(c, result, carry, carry != sign);
            }
        }
    }

    private void shifted(Cpu c, long result, boolean carry, boolean overflow) {
        int shift = 64 - bits;
        c.setResult(result << shift, shift, (carry ? Rflags.CF : 0) | (overflow ? Rflags.OF : 0));
    }

    private void afterRcl(Cpu c, long old, boolean sign, int by) {
        boolean carry = by == 0 ? c.cf() : (old >>> (bits - by) & 1) != 0;
        rotated(c, carry, carry != sign);
    }

    private void afterRcr(Cpu c, long old, boolean overflow, int by) {
        boolean carry = by == 0 ? c.cf() : (old >>> (by - 1) & 1) != 0;
        rotated(c, carry, overflow);
    }

    /** Rotates leave SF, ZF, AF and PF alone. */
    private static void rotated(Cpu c, boolean carry, boolean overflow) {
        int kept = c.arithmeticFlags() & ~(Rflags.CF | Rflags.OF);
        c.setArithmeticFlags(kept | (carry ? Rflags.CF : 0) | (overflow ? Rflags.OF : 0));
    }
}
