package dev.xenolith.engine.cpu;

import org.jspecify.annotations.Nullable;

/** PUSH, POP, ENTER, LEAVE. */
final class Stack {
    private Stack() {}

    /** Of a register or an immediate, 64 bits. */
    static final class Push extends RegOp {
        Push(Site site, int src, long imm) {
            super(site, 0, src, imm);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long rsp = r[Gpr.RSP] - 8;
            c.store64(rsp, r[src] + imm, this);
            r[Gpr.RSP] = rsp;
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    static final class Pop extends RegOp {
        Pop(Site site, int dst) {
            super(site, dst, 0, 0);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long[] r = c.r;
            long rsp = r[Gpr.RSP];
            long value = c.load64(rsp, this);
            r[Gpr.RSP] = rsp + 8;
            r[dst] = value;
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    /** 16-bit pushes, and pushes of memory, of either size. */
    static final class PushGeneral extends RmOp {
        private final long imm;
        private final boolean ofImmediate;

        PushGeneral(Site site, Insn in, int size, boolean ofImmediate) {
            super(site, in, size);
            this.imm = in.immediate;
            this.ofImmediate = ofImmediate;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.push(size, ofImmediate ? imm : loadRm(c), this);
            return next.x(c);
        }
    }

    /** POP r/m: an address based on rsp uses rsp as it is after the pop (SDM, POP). */
    static final class PopGeneral extends RmOp {
        PopGeneral(Site site, Insn in, int size) {
            super(site, in, size);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP];
            long value = c.load(rsp, size, this);
            c.r[Gpr.RSP] = rsp + size;
            if (memory) {
                long va = ea(c);
                c.r[Gpr.RSP] = rsp;
                c.store(va, size, value, this);
                c.r[Gpr.RSP] = rsp + size;
            } else {
                c.setReg(rm, size, value);
            }
            return next.x(c);
        }
    }

    /** PUSH r16 and POP r16 by the register in the opcode. */
    static final class PushRegister16 extends RegOp {
        PushRegister16(Site site, int src) {
            super(site, 0, src, 0);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            c.push(2, c.r[src], this);
            return next.x(c);
        }
    }

    static final class PopRegister16 extends RegOp {
        PopRegister16(Site site, int dst) {
            super(site, dst, 0, 0);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP];
            long value = c.load16(rsp, this);
            c.r[Gpr.RSP] = rsp + 2;
            c.setReg(dst, 2, value);
            return next.x(c);
        }
    }

    static final class Leave extends Op {
        private final int size;

        Leave(Site site, int size) {
            super(site);
            this.size = size;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rbp = c.r[Gpr.RBP];
            long value = c.load(rbp, size, this);
            c.r[Gpr.RSP] = rbp + size;
            c.setReg(Gpr.RBP, size, value);
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }

    static final class Enter extends Op {
        private final int size;
        private final long frameBytes;
        private final int level;

        Enter(Site site, Insn in) {
            super(site);
            size = in.stackSize();
            frameBytes = in.immediate;
            level = (int) in.immediate2 & 31;
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            long rsp = c.r[Gpr.RSP] - size;
            long rbp = c.r[Gpr.RBP];
            long frame = rsp;
            c.store(rsp, size, rbp, this);
            for (int i = 1; i < level; i++) {
                rsp -= size;
                c.store(rsp, size, c.load(rbp - (long) i * size, size, this), this);
            }
            if (level > 0) {
                rsp -= size;
                c.store(rsp, size, frame, this);
            }
            long finalRsp = rsp - frameBytes;
            c.loadForWrite(finalRsp, size, this); // The hardware touches the new top, too.
            c.setReg(Gpr.RBP, size, frame);
            c.r[Gpr.RSP] = finalRsp;
            return next.x(c);
        }

        @Override
        boolean usesStack() {
            return true;
        }
    }
}
