package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * CMP and TEST of registers or immediates fused with the conditional jump behind them: two instructions, one dispatch.
 *
 * <p>Operands are shifted to the top, so one class serves all sizes. The flags are set as well, since the successors may
 * read them.
 */
final class CompareJumps {
    private CompareJumps() {}

    /** Conditions that are not about PF or OF alone. */
    private static final int FUSED_CONDITIONS = 0b1111_0011_1111_1100;

    static boolean fuses(Insn compare, Insn jump) {
        return Effects.isJcc(jump)
                && (FUSED_CONDITIONS >> (jump.opcode & 15) & 1) != 0
                && (isCompare(compare) || isTest(compare))
                && !compare.memory
                && !compare.lock
                && !jump.lock
                && !usesHighByte(compare);
    }

    private static boolean isCompare(Insn in) {
        boolean group = in.opcode == 0x80 || in.opcode == 0x81 || in.opcode == 0x83;
        return (in.opcode >= 0x38 && in.opcode <= 0x3d) || (group && in.group() == Alu.CMP);
    }

    private static boolean isTest(Insn in) {
        boolean group = in.opcode == 0xf6 || in.opcode == 0xf7;
        return in.opcode == 0x84
                || in.opcode == 0x85
                || in.opcode == 0xa8
                || in.opcode == 0xa9
                || (group && in.group() <= 1);
    }

    private static boolean usesHighByte(Insn in) {
        if ((in.opcode & 1) != 0 || !in.hasModrm) {
            return false;
        }
        boolean twoRegisters = in.opcode == 0x38 || in.opcode == 0x3a || in.opcode == 0x84;
        return in.rmOf(1) >= CpuRegisters.HIGH || (twoRegisters && in.regOf(1) >= CpuRegisters.HIGH);
    }

    static Op lower(Insn compare, Insn jump, Site site) {
        int size = compare.opcode == 0x83 ? compare.size() : compare.sizeByBit0();
        int dst = Gpr.RAX;
        int src = CpuRegisters.ZERO;
        if (compare.hasModrm) {
            dst = compare.rm;
            boolean twoRegisters = compare.opcode <= 0x3b || compare.opcode == 0x84 || compare.opcode == 0x85;
            if (twoRegisters) {
                src = compare.reg;
            }
            if (compare.opcode == 0x3a || compare.opcode == 0x3b) {
                dst = compare.reg;
                src = compare.rm;
            }
        }
        long taken = jump.nextRip() + jump.immediate;
        return isTest(compare)
                ? new Test(site, taken, dst, src, compare.immediate, size, jump.opcode & 15)
                : compare(jump.opcode & 15, site, taken, dst, src, compare.immediate, size);
    }

    private static Op compare(int condition, Site site, long taken, int dst, int src, long imm, int size) {
        return switch (condition) {
            case 0x4 -> new Equal(site, taken, dst, src, imm, size);
            case 0x5 -> new NotEqual(site, taken, dst, src, imm, size);
            case 0x2 -> new Below(site, taken, dst, src, imm, size);
            case 0x3 -> new AboveEqual(site, taken, dst, src, imm, size);
            case 0x6 -> new BelowEqual(site, taken, dst, src, imm, size);
            case 0x7 -> new Above(site, taken, dst, src, imm, size);
            case 0xc -> new Less(site, taken, dst, src, imm, size);
            case 0xd -> new GreaterEqual(site, taken, dst, src, imm, size);
            case 0xe -> new LessEqual(site, taken, dst, src, imm, size);
            default -> new Greater(site, taken, dst, src, imm, size);
            case 0x8 -> new Sign(site, taken, dst, src, imm, size);
            case 0x9 -> new NoSign(site, taken, dst, src, imm, size);
        };
    }

    private abstract static class Compare extends Branch {
        final int dst;
        final int src;
        final long imm;
        final int shift;

        Compare(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken);
            this.dst = dst;
            this.src = src;
            this.imm = imm;
            this.shift = 64 - 8 * size;
        }

        final void flags(Cpu c, long a, long b) {
            c.ccOp = CpuRegisters.SUB | shift;
            c.ccA = a;
            c.ccRes = a - b;
        }
    }

    /** TEST clears CF and OF, which leaves few conditions: all are about the sign and zero of the result. */
    private static final class Test extends Compare {
        private final int condition;

        Test(Site site, long taken, int dst, int src, long imm, int size, int condition) {
            super(site, taken, dst, src, imm, size);
            this.condition = condition;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long result = (c.r[dst] & c.r[src] + imm) << shift;
            c.ccOp = CpuRegisters.BITS | shift;
            c.ccA = 0;
            c.ccRes = result;
            return holds(result) ? take(c) : fall(c);
        }

        private boolean holds(long result) {
            return switch (condition) {
                case 0x4, 0x6 -> result == 0;
                case 0x5, 0x7 -> result != 0;
                case 0x8, 0xc -> result < 0;
                case 0x9, 0xd -> result >= 0;
                case 0xe -> result <= 0;
                case 0xf -> result > 0;
                default -> condition == 0x3;
            };
        }
    }

    private static final class Equal extends Compare {
        Equal(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a == b ? take(c) : fall(c);
        }
    }

    private static final class NotEqual extends Compare {
        NotEqual(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a != b ? take(c) : fall(c);
        }
    }

    private static final class Below extends Compare {
        Below(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return Long.compareUnsigned(a, b) < 0 ? take(c) : fall(c);
        }
    }

    private static final class AboveEqual extends Compare {
        AboveEqual(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return Long.compareUnsigned(a, b) >= 0 ? take(c) : fall(c);
        }
    }

    private static final class BelowEqual extends Compare {
        BelowEqual(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return Long.compareUnsigned(a, b) <= 0 ? take(c) : fall(c);
        }
    }

    private static final class Above extends Compare {
        Above(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return Long.compareUnsigned(a, b) > 0 ? take(c) : fall(c);
        }
    }

    private static final class Less extends Compare {
        Less(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a < b ? take(c) : fall(c);
        }
    }

    private static final class GreaterEqual extends Compare {
        GreaterEqual(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a >= b ? take(c) : fall(c);
        }
    }

    private static final class LessEqual extends Compare {
        LessEqual(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a <= b ? take(c) : fall(c);
        }
    }

    private static final class Greater extends Compare {
        Greater(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a > b ? take(c) : fall(c);
        }
    }

    private static final class Sign extends Compare {
        Sign(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a - b < 0 ? take(c) : fall(c);
        }
    }

    private static final class NoSign extends Compare {
        NoSign(Site site, long taken, int dst, int src, long imm, int size) {
            super(site, taken, dst, src, imm, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long a = c.r[dst] << shift;
            long b = (c.r[src] + imm) << shift;
            flags(c, a, b);
            return a - b >= 0 ? take(c) : fall(c);
        }
    }
}
