package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** MOV, PUSH and POP of segment registers, LSS, LFS and LGS, LAR, LSL, VERR and VERW, and the stores of system registers. */
final class SegmentOps {
    private SegmentOps() {}

    /** 8C: 16 bits to memory, the operand size to a register. */
    static final class Store extends RmOp {
        private final int segment;

        Store(Site site, Insn in) {
            super(site, in, in.memory ? 2 : in.size());
            segment = in.group();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            storeRm(c, c.selectors[segment]);
            return next.x(c);
        }
    }

    /** 8E. */
    static final class Load extends RmOp {
        private final int segment;

        Load(Site site, Insn in) {
            super(site, in, 2);
            segment = in.group();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            Segments.load(c, this, segment, (int) loadRm(c));
            return next.x(c);
        }
    }

    /** 0F A0, A8. */
    static final class Push extends Op {
        private final int segment;
        private final int size;

        Push(Site site, int segment, int size) {
            super(site);
            this.segment = segment;
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.push(size, c.selectors[segment], this);
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** 0F A1, A9. */
    static final class Pop extends Op {
        private final int segment;
        private final int size;

        Pop(Site site, int segment, int size) {
            super(site);
            this.segment = segment;
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP];
            Segments.load(c, this, segment, (int) c.load(rsp, size, this) & 0xffff);
            c.r[Gpr.RSP] = rsp + size;
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** LSS, LFS, LGS: offset and selector from memory. */
    static final class LoadFar extends MemOp {
        private final int segment;
        private final int dst;
        private final int size;

        LoadFar(Site site, Insn in) {
            super(site, in);
            segment = in.opcode & 7;
            dst = in.reg;
            size = in.size();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long va = ea(c);
            long offset = c.load(va, size, this);
            Segments.load(c, this, segment, (int) c.load16(va + size, this));
            c.setReg(dst, size, offset);
            return next.x(c);
        }
    }

    /** LAR (0F 02), LSL (0F 03). */
    static final class Inspect extends RmOp {
        private final int dst;
        private final int dstSize;
        private final boolean limit;

        Inspect(Site site, Insn in) {
            super(site, in, 2);
            dst = in.reg;
            dstSize = in.size();
            limit = (in.opcode & 1) != 0;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long descriptor = Segments.visible(c, (int) loadRm(c));
            boolean valid = limit ? Segments.hasLimit(descriptor) : Segments.hasRights(descriptor);
            valid &= descriptor != 0;
            if (valid) {
                c.setReg(dst, dstSize, limit ? Segments.limit(descriptor) : descriptor >>> 32 & 0x00ff_ff00L);
            }
            zero(c, valid);
            return next.x(c);
        }
    }

    /** VERR (0F 00 /4), VERW (/5). */
    static final class Verify extends RmOp {
        private final boolean write;

        Verify(Site site, Insn in) {
            super(site, in, 2);
            write = in.group() == 5;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long descriptor = Segments.visible(c, (int) loadRm(c));
            zero(c, write ? Segments.writable(descriptor) : Segments.readable(descriptor));
            return next.x(c);
        }
    }

    private static void zero(CpuRegisters c, boolean set) {
        c.setArithmeticFlags((c.arithmeticFlags() & ~Rflags.ZF) | (set ? Rflags.ZF : 0));
    }

    /** SLDT (0F 00 /0), STR (/1), SMSW (0F 01 /4): 16 bits to memory, the operand size to a register. */
    static final class StoreSystem extends RmOp {
        private final int opcode;
        private final int group;

        StoreSystem(Site site, Insn in) {
            super(site, in, in.memory ? 2 : in.size());
            opcode = in.opcode;
            group = in.group();
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            if ((opcode & 1) != 0) {
                storeRm(c, c.env.machineStatusWord(c));
            } else {
                storeRm(c, group == 0 ? c.env.ldtSelector(c) : c.env.taskSelector(c));
            }
            return next.x(c);
        }
    }

    /** SGDT (0F 01 /0), SIDT (/1): limit and base, ten bytes. */
    static final class StoreTable extends MemOp {
        private final boolean interrupts;

        StoreTable(Site site, Insn in) {
            super(site, in);
            interrupts = in.group() == 1;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long va = ea(c);
            c.probeWrite(va, 10, this);
            c.store16(va, interrupts ? c.env.idtLimit(c) : c.env.gdtLimit(c), this);
            c.store64(va + 2, interrupts ? c.env.idtBase(c) : c.env.gdtBase(c), this);
            return next.x(c);
        }
    }
}
