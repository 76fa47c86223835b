package dev.xenolith.engine.cpu;

/**
 * The integer state of a vcpu, and its flags, which are kept lazily.
 *
 * <p>The last operation that set flags leaves its result in {@code ccRes} and its first operand (or bits) in {@code ccA},
 * both shifted to the top of 64 bits, so that one formula serves every operand size; {@code ccOp} holds the kind of
 * operation and that shift:
 *
 * <pre>
 *   kind       ccA                      CF              OF                      SF          AF
 *   ADD        a                        res &lt;u a        from a, b = res - a     res &lt; 0     from a, b, res
 *   SUB        a                        a &lt;u b          from a, b = a - res     res &lt; 0     from a, b, res
 *   BITS       CF, AF, OF as in rflags  bit             bit                     res &lt; 0     bit
 *   EXPLICIT   all but ZF               bit             bit                     bit         bit
 * </pre>
 *
 * ZF is {@code ccRes == 0} in every kind; PF is the parity of the result's low byte, or the bit.
 */
abstract class CpuRegisters {
    static final int ADD = 0;
    static final int SUB = 1 << 8;
    static final int BITS = 2 << 8;
    static final int EXPLICIT = 3 << 8;
    static final int SHIFT_MASK = 0xff;

    /** Register number that always reads as zero: no base, no index, no register operand. */
    static final int ZERO = 16;

    /** AH, CH, DH and BH are registers HIGH to HIGH + 3. */
    static final int HIGH = 20;

    /** Segment numbers of an effective address: none, FS, GS. */
    static final int FLAT = 0;

    final long[] r = new long[ZERO + 1];
    final long[] segmentBase = new long[3];
    final int[] selectors = new int[Sreg.COUNT];
    int ccOp = EXPLICIT;
    long ccA;
    long ccRes = 1;

    /** Everything of rflags that is not arithmetic. */
    int control = Rflags.IF;

    final boolean zf() {
        return ccRes == 0;
    }

    final boolean cf() {
        return switch (ccOp >> 8) {
            case 0 -> Long.compareUnsigned(ccRes, ccA) < 0;
            case 1 -> Long.compareUnsigned(ccA, ccA - ccRes) < 0;
            default -> (ccA & Rflags.CF) != 0;
        };
    }

    final boolean sf() {
        return ccOp == EXPLICIT ? (ccA & Rflags.SF) != 0 : ccRes < 0;
    }

    final boolean of() {
        return switch (ccOp >> 8) {
            case 0 -> ((ccA ^ ccRes) & ((ccRes - ccA) ^ ccRes)) < 0;
            case 1 -> ((ccA ^ (ccA - ccRes)) & (ccA ^ ccRes)) < 0;
            default -> (ccA & Rflags.OF) != 0;
        };
    }

    final boolean pf() {
        if (ccOp == EXPLICIT) {
            return (ccA & Rflags.PF) != 0;
        }
        return (Long.bitCount(ccRes >>> (ccOp & SHIFT_MASK) & 0xff) & 1) == 0;
    }

    final boolean af() {
        int shift = ccOp & SHIFT_MASK;
        return switch (ccOp >> 8) {
            case 0 -> ((ccA ^ (ccRes - ccA) ^ ccRes) >>> shift & 0x10) != 0;
            case 1 -> ((ccA ^ (ccA - ccRes) ^ ccRes) >>> shift & 0x10) != 0;
            default -> (ccA & Rflags.AF) != 0;
        };
    }

    /** The condition of Jcc, SETcc and CMOVcc, by the low four bits of the opcode. */
    final boolean condition(int code) {
        boolean holds = switch (code >> 1) {
            case 0 -> of();
            case 1 -> cf();
            case 2 -> ccRes == 0;
            case 3 -> ccRes == 0 || cf();
            case 4 -> sf();
            case 5 -> pf();
            case 6 -> sf() != of();
            default -> ccRes == 0 || sf() != of();
        };
        return holds ^ ((code & 1) != 0);
    }

    /** The six arithmetic flags as bits of rflags. */
    final int arithmeticFlags() {
        return (cf() ? Rflags.CF : 0)
                | (pf() ? Rflags.PF : 0)
                | (af() ? Rflags.AF : 0)
                | (ccRes == 0 ? Rflags.ZF : 0)
                | (sf() ? Rflags.SF : 0)
                | (of() ? Rflags.OF : 0);
    }

    final void setArithmeticFlags(long flags) {
        ccOp = EXPLICIT;
        ccA = flags & (Rflags.ARITHMETIC & ~Rflags.ZF);
        ccRes = (flags & Rflags.ZF) != 0 ? 0 : 1;
    }

    /** Result shifted to the top, and CF, AF and OF as bits. */
    final void setResult(long shifted, int shift, int bits) {
        ccOp = BITS | shift;
        ccRes = shifted;
        ccA = bits;
    }

    /** A register operand of any size, zero-extended. */
    final long reg(int number, int size) {
        if (number >= HIGH) {
            return r[number - HIGH] >>> 8 & 0xff;
        }
        return r[number] & mask(size);
    }

    /** Writes a register as the hardware does: 32 bits clear the upper half, 8 and 16 keep the rest. */
    final void setReg(int number, int size, long value) {
        switch (size) {
            case 8 -> r[number] = value;
            case 4 -> r[number] = value & 0xffff_ffffL;
            case 2 -> r[number] = (r[number] & ~0xffffL) | (value & 0xffff);
            default -> setByteReg(number, value);
        }
    }

    private void setByteReg(int number, long value) {
        if (number >= HIGH) {
            int whole = number - HIGH;
            r[whole] = (r[whole] & ~0xff00L) | (value & 0xff) << 8;
        } else {
            r[number] = (r[number] & ~0xffL) | (value & 0xff);
        }
    }

    static long mask(int size) {
        return -1L >>> (64 - 8 * size);
    }

    static long signExtend(long value, int size) {
        int shift = 64 - 8 * size;
        return value << shift >> shift;
    }

    static boolean canonical(long va) {
        return va << 16 >> 16 == va;
    }
}
