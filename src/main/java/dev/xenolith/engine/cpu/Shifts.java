package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** SHL, SHR, SAR by a constant in a 32- or 64-bit register; all other shifts and rotates go to {@link ShiftGeneral}. */
final class Shifts {
    static final int ROL = 0;
    static final int ROR = 1;
    static final int RCL = 2;
    static final int RCR = 3;
    static final int SHL = 4;
    static final int SHR = 5;
    static final int SAL = 6;
    static final int SAR = 7;

    private Shifts() {}

    /** C0, C1 (by imm8), D0, D1 (by 1), D2, D3 (by CL). */
    static Op lower(Insn in, Site site) {
        int size = in.sizeByBit0();
        boolean byCl = (in.opcode & 0xfe) == 0xd2;
        int count = (in.opcode & 0xfe) == 0xd0 ? 1 : (int) in.immediate & (size == 8 ? 63 : 31);
        boolean hot = !byCl && !in.memory && size >= 4 && count > 0;
        if (hot) {
            switch (in.group()) {
                case SHL, SAL -> {
                    return size == 8 && !site.flagsLive()
                            ? new Left64(site, in.rm, count)
                            : new Left(site, in.rm, count, size);
                }
                case SHR -> {
                    return new Right(site, in.rm, count, size);
                }
                case SAR -> {
                    return new RightSigned(site, in.rm, count, size);
                }
                case ROL, ROR -> {
                    if (!site.flagsLive()) {
                        int left = in.group() == ROL ? count : 8 * size - count;
                        return size == 8 ? new Rotate64(site, in.rm, left) : new Rotate32(site, in.rm, left);
                    }
                }
                default -> {
                    // Through the carry: rare.
                }
            }
        }
        return new ShiftGeneral(site, in, size, in.group(), byCl ? ShiftGeneral.BY_CL : count);
    }

    private static final class Left64 extends RegOp {
        Left64(Site site, int dst, int count) {
            super(site, dst, 0, count);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] <<= imm;
            return next.x(c);
        }
    }

    private static final class Left extends RegOp {
        private final int shift;

        Left(Site site, int dst, int count, int size) {
            super(site, dst, 0, count);
            shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = c.r[dst] << shift;
            long result = value << imm;
            long out = value << (imm - 1);
            c.r[dst] = result >>> shift;
            c.ccOp = CpuRegisters.BITS | shift;
            c.ccRes = result;
            c.ccA = out >>> 63 | ((out ^ result) >>> 63) * Rflags.OF;
            return next.x(c);
        }
    }

    private static final class Right extends RegOp {
        private final int shift;

        Right(Site site, int dst, int count, int size) {
            super(site, dst, 0, count);
            shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long high = c.r[dst] << shift;
            long value = high >>> shift;
            long result = value >>> imm;
            c.r[dst] = result;
            c.ccOp = CpuRegisters.BITS | shift;
            c.ccRes = result << shift;
            c.ccA = (value >>> (imm - 1) & 1) | (high >>> 63) * Rflags.OF;
            return next.x(c);
        }
    }

    private static final class RightSigned extends RegOp {
        private final int shift;

        RightSigned(Site site, int dst, int count, int size) {
            super(site, dst, 0, count);
            shift = 64 - 8 * size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = c.r[dst] << shift >> shift;
            long result = value >> imm << shift;
            c.r[dst] = result >>> shift;
            c.ccOp = CpuRegisters.BITS | shift;
            c.ccRes = result;
            c.ccA = value >>> (imm - 1) & 1;
            return next.x(c);
        }
    }

    /** ROL and ROR where nobody reads CF and OF. */
    private static final class Rotate64 extends RegOp {
        Rotate64(Site site, int dst, int left) {
            super(site, dst, 0, left);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = Long.rotateLeft(c.r[dst], (int) imm);
            return next.x(c);
        }
    }

    private static final class Rotate32 extends RegOp {
        Rotate32(Site site, int dst, int left) {
            super(site, dst, 0, left);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = Integer.rotateLeft((int) c.r[dst], (int) imm) & 0xffff_ffffL;
            return next.x(c);
        }
    }
}
