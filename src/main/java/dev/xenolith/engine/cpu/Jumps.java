package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** JMP, CALL, RET, LOOP and JRCXZ. */
final class Jumps {
    private Jumps() {}

    static final class Direct extends Branch {
        Direct(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            return take(c);
        }
    }

    static final class Call extends Branch {
        Call(Site site, long taken) {
            super(site, taken);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP] - 8;
            c.store64(rsp, fall, this);
            c.r[Gpr.RSP] = rsp;
            return take(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** RET and RET imm16. */
    static final class Return extends Op {
        private final long released;

        Return(Site site, long argumentBytes) {
            super(site);
            released = 8 + argumentBytes;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP];
            long target = c.load64(rsp, this);
            checkTarget(c, this, target);
            c.r[Gpr.RSP] = rsp + released;
            c.rip = target;
            return null;
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** JMP r/m64. */
    static final class Indirect extends RmOp {
        Indirect(Site site, Insn in) {
            super(site, in, 8);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long target = loadRm(c);
            checkTarget(c, this, target);
            c.rip = target;
            return null;
        }
    }

    /** CALL r/m64. */
    static final class IndirectCall extends RmOp {
        private final long returnTo;

        IndirectCall(Site site, Insn in) {
            super(site, in, 8);
            returnTo = site.nextRip();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long target = loadRm(c);
            checkTarget(c, this, target);
            long rsp = c.r[Gpr.RSP] - 8;
            c.store64(rsp, returnTo, this);
            c.r[Gpr.RSP] = rsp;
            c.rip = target;
            return null;
        }
    }

    /** LOOPNE, LOOPE, LOOP and JRCXZ (E0 to E3); a 67 prefix makes the counter ecx. */
    static final class Counted extends Branch {
        private final int kind;
        private final int counterSize;

        Counted(Site site, Insn in) {
            super(site, in.nextRip() + in.immediate);
            kind = in.opcode & 3;
            counterSize = in.address32 ? 4 : 8;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            if (kind == 3) {
                return c.reg(Gpr.RCX, counterSize) == 0 ? take(c) : fall(c);
            }
            long count = c.reg(Gpr.RCX, counterSize) - 1 & CpuRegisters.mask(counterSize);
            c.setReg(Gpr.RCX, counterSize, count);
            boolean condition = kind == 2 || c.zf() == (kind == 1);
            return count != 0 && condition ? take(c) : fall(c);
        }
    }

    /** A target that is not canonical faults before anything changed, as on AMD processors. */
    static void checkTarget(Cpu c, Op op, long target) {
        if (!CpuRegisters.canonical(target)) {
            throw c.raise(op, Vector.GP, 0);
        }
    }
}
