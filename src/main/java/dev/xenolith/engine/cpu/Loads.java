package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** MOV, MOVZX, MOVSX and MOVSXD from memory to a register. */
abstract class Loads extends MemOp {
    final int dst;

    Loads(Site site, Insn in, int dst) {
        super(site, in);
        this.dst = dst;
    }

    static Op plain(Insn in, Site site, int size, int dst) {
        return switch (size) {
            case 8 -> new Load64(site, in, dst);
            case 4 -> new Load32(site, in, dst);
            default -> new LoadSmall(site, in, size, dst);
        };
    }

    /** @param from 1 or 2 */
    static Op zeroExtended(Insn in, Site site, int from, int to) {
        if (to == 2) {
            return new Widening(site, in, from, to, false);
        }
        return from == 1 ? new Zero8(site, in, in.reg) : new Zero16(site, in, in.reg);
    }

    static Op signExtended(Insn in, Site site, int from, int to) {
        if (to == 8) {
            return from == 1
                    ? new Sign8(site, in, in.reg)
                    : from == 2 ? new Sign16(site, in, in.reg) : new Sign32(site, in, in.reg);
        }
        return new Widening(site, in, from, to, true);
    }

    private static final class Load64 extends Loads {
        Load64(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = c.load64(ea(c), this);
            return next.x(c);
        }
    }

    private static final class Load32 extends Loads {
        Load32(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = c.load32(ea(c), this);
            return next.x(c);
        }
    }

    private static final class Zero8 extends Loads {
        Zero8(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = c.load8(ea(c), this);
            return next.x(c);
        }
    }

    private static final class Zero16 extends Loads {
        Zero16(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = c.load16(ea(c), this);
            return next.x(c);
        }
    }

    private static final class Sign8 extends Loads {
        Sign8(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = (byte) c.load8(ea(c), this);
            return next.x(c);
        }
    }

    private static final class Sign16 extends Loads {
        Sign16(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = (short) c.load16(ea(c), this);
            return next.x(c);
        }
    }

    private static final class Sign32 extends Loads {
        Sign32(Site site, Insn in, int dst) {
            super(site, in, dst);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.r[dst] = (int) c.load32(ea(c), this);
            return next.x(c);
        }
    }

    private static final class LoadSmall extends Loads {
        private final int size;

        LoadSmall(Site site, Insn in, int size, int dst) {
            super(site, in, dst);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setReg(dst, size, c.load(ea(c), size, this));
            return next.x(c);
        }
    }

    /** Every other pair of sizes, and every register form. */
    static final class Widening extends RmOp {
        private final int dst;
        private final int to;
        private final boolean signed;

        Widening(Site site, Insn in, int from, int to, boolean signed) {
            super(site, in, from);
            this.dst = in.reg;
            this.to = to;
            this.signed = signed;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long value = loadRm(c);
            c.setReg(dst, to, signed ? CpuRegisters.signExtend(value, size) : value);
            return next.x(c);
        }
    }
}
