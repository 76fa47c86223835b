package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** CLC, STC, CMC, CLD, STD, LAHF, SAHF, PUSHF and POPF. */
final class FlagOps {
    /** What POPF and IRET may change at CPL 3 with IOPL 0. */
    static final int USER = Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.AC | Rflags.ID;

    private static final int IN_AH = Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF | Rflags.CF;

    private FlagOps() {}

    /** F5, F8, F9: the carry; FC, FD: the direction. */
    static final class Single extends Op {
        private final int opcode;

        Single(Site site, Insn in) {
            super(site);
            opcode = in.opcode;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            switch (opcode) {
                case 0xfc -> c.control &= ~Rflags.DF;
                case 0xfd -> c.control |= Rflags.DF;
                case 0xf5 -> c.setArithmeticFlags(c.arithmeticFlags() ^ Rflags.CF);
                case 0xf8 -> c.setArithmeticFlags(c.arithmeticFlags() & ~Rflags.CF);
                default -> c.setArithmeticFlags(c.arithmeticFlags() | Rflags.CF);
            }
            return next.x(c);
        }
    }

    static final class Lahf extends Op {
        Lahf(Site site) {
            super(site);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setReg(CpuRegisters.HIGH, 1, (c.arithmeticFlags() & IN_AH) | Rflags.FIXED);
            return next.x(c);
        }
    }

    static final class Sahf extends Op {
        Sahf(Site site) {
            super(site);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.setArithmeticFlags((c.arithmeticFlags() & ~IN_AH) | (c.reg(CpuRegisters.HIGH, 1) & IN_AH));
            return next.x(c);
        }
    }

    static final class Push extends Op {
        private final int size;

        Push(Site site, int size) {
            super(site);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.push(size, c.rflags() & ~(Rflags.RF | Rflags.VM), this);
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** Ends its block: TF may be set. */
    static final class Pop extends Op {
        private final int size;
        private final long nextRip;

        Pop(Site site, int size) {
            super(site);
            this.size = size;
            nextRip = site.nextRip();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP];
            long value = c.load(rsp, size, this);
            c.r[Gpr.RSP] = rsp + size;
            long mask = size == 2 ? USER & 0xffff : USER;
            c.setRflags((c.rflags() & ~mask) | (value & mask));
            c.rip = nextRip;
            return null;
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }
}
