package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** 64-bit arithmetic of registers and immediates, with and without flags. */
final class Alu64 {
    private Alu64() {}

    static Op of(int kind, Site site, int dst, int src, long imm) {
        boolean flags = site.flagsLive();
        return switch (kind) {
            case Alu.ADD -> flags ? new AddFlags(site, dst, src, imm) : new Add(site, dst, src, imm);
            case Alu.OR -> flags ? new OrFlags(site, dst, src, imm) : new Or(site, dst, src, imm);
            case Alu.ADC -> new Adc(site, dst, src, imm);
            case Alu.SBB -> new Sbb(site, dst, src, imm);
            case Alu.AND -> flags ? new AndFlags(site, dst, src, imm) : new And(site, dst, src, imm);
            case Alu.XOR -> flags ? new XorFlags(site, dst, src, imm) : new Xor(site, dst, src, imm);
            default -> flags ? new SubFlags(site, dst, src, imm) : new Sub(site, dst, src, imm);
        };
    }

    private static final class Add extends RegOp {
        Add(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] += r[src] + imm;
            return next.x(c);
        }
    }

    private static final class AddFlags extends RegOp {
        AddFlags(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long a = r[dst];
            long result = a + (r[src] + imm);
            r[dst] = result;
            c.ccOp = CpuRegisters.ADD;
            c.ccA = a;
            c.ccRes = result;
            return next.x(c);
        }
    }

    private static final class Sub extends RegOp {
        Sub(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] -= r[src] + imm;
            return next.x(c);
        }
    }

    private static final class SubFlags extends RegOp {
        SubFlags(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long a = r[dst];
            long result = a - (r[src] + imm);
            r[dst] = result;
            c.ccOp = CpuRegisters.SUB;
            c.ccA = a;
            c.ccRes = result;
            return next.x(c);
        }
    }

    private static final class And extends RegOp {
        And(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] &= r[src] + imm;
            return next.x(c);
        }
    }

    private static final class AndFlags extends RegOp {
        AndFlags(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long result = r[dst] & (r[src] + imm);
            r[dst] = result;
            c.ccOp = CpuRegisters.BITS;
            c.ccA = 0;
            c.ccRes = result;
            return next.x(c);
        }
    }

    private static final class Or extends RegOp {
        Or(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] |= r[src] + imm;
            return next.x(c);
        }
    }

    private static final class OrFlags extends RegOp {
        OrFlags(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long result = r[dst] | (r[src] + imm);
            r[dst] = result;
            c.ccOp = CpuRegisters.BITS;
            c.ccA = 0;
            c.ccRes = result;
            return next.x(c);
        }
    }

    private static final class Xor extends RegOp {
        Xor(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] ^= r[src] + imm;
            return next.x(c);
        }
    }

    private static final class XorFlags extends RegOp {
        XorFlags(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long result = r[dst] ^ (r[src] + imm);
            r[dst] = result;
            c.ccOp = CpuRegisters.BITS;
            c.ccA = 0;
            c.ccRes = result;
            return next.x(c);
        }
    }

    private static final class Adc extends RegOp {
        Adc(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] = Alu.addCarry(c, r[dst], r[src] + imm, 0);
            return next.x(c);
        }
    }

    private static final class Sbb extends RegOp {
        Sbb(Site site, int dst, int src, long imm) {
            super(site, dst, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            r[dst] = Alu.subtractBorrow(c, r[dst], r[src] + imm, 0);
            return next.x(c);
        }
    }
}
