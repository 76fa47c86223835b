package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/**
 * IRET, RETF, and JMP and CALL through a far pointer, to the same privilege: a guest at CPL 3 can go nowhere else.
 *
 * <p>Linux executes IRETQ natively some 100,000 times in a boot (sync_core).
 */
final class FarTransfers {
    private FarTransfers() {}

    private static int operandSize(Insn in) {
        return in.size();
    }

    private static @Nullable Block enter(Cpu c, int selector, boolean longMode, long target) {
        c.selectors[Sreg.CS] = selector;
        c.rip = target;
        if (!longMode) {
            c.env.compatMode(c, selector);
        }
        return null;
    }

    /** Pops rip, cs, rflags, rsp and ss; in 64-bit mode always all five. */
    static final class InterruptReturn extends Op {
        private final int size;

        InterruptReturn(Site site, Insn in) {
            super(site);
            size = operandSize(in);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            if ((c.control & Rflags.NT) != 0) {
                throw c.raise(this, Vector.GP, 0);
            }
            long rsp = c.r[Gpr.RSP];
            long target = c.load(rsp, size, this);
            int cs = (int) c.load(rsp + size, size, this) & 0xffff;
            long flags = c.load(rsp + 2L * size, size, this);
            long newRsp = c.load(rsp + 3L * size, size, this);
            int ss = (int) c.load(rsp + 4L * size, size, this) & 0xffff;
            boolean longMode = Segments.checkCode(c, this, cs);
            Segments.checkStack(c, this, ss);
            Jumps.checkTarget(c, this, target);
            long mask = size == 2 ? FlagOps.USER & 0xffff : FlagOps.USER;
            c.setRflags((c.rflags() & ~mask) | (flags & mask));
            c.r[Gpr.RSP] = newRsp;
            c.selectors[Sreg.SS] = ss;
            return enter(c, cs, longMode, target);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    static final class Return extends Op {
        private final int size;
        private final long argumentBytes;

        Return(Site site, Insn in) {
            super(site);
            size = operandSize(in);
            argumentBytes = in.immediate;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP];
            long target = c.load(rsp, size, this);
            int cs = (int) c.load(rsp + size, size, this) & 0xffff;
            boolean longMode = Segments.checkCode(c, this, cs);
            Jumps.checkTarget(c, this, target);
            c.r[Gpr.RSP] = rsp + 2L * size + argumentBytes;
            return enter(c, cs, longMode, target);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** FF /3 and /5. */
    static final class Through extends MemOp {
        private final int size;
        private final boolean call;
        private final long returnTo;

        Through(Site site, Insn in) {
            super(site, in);
            size = operandSize(in);
            call = in.group() == 3;
            returnTo = site.nextRip();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long va = ea(c);
            long target = c.load(va, size, this);
            int cs = (int) c.load16(va + size, this);
            boolean longMode = Segments.checkCode(c, this, cs);
            Jumps.checkTarget(c, this, target);
            if (call) {
                long rsp = c.r[Gpr.RSP] - 2L * size;
                c.probeWrite(rsp, 2 * size, this);
                c.store(rsp + size, size, c.selectors[Sreg.CS], this);
                c.store(rsp, size, returnTo, this);
                c.r[Gpr.RSP] = rsp;
            }
            return enter(c, cs, longMode, target);
        }
    }
}
