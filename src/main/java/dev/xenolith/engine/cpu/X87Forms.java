package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FpuState;
import dev.xenolith.engine.cpu.fpu.X87;
import dev.xenolith.engine.cpu.fpu.X87Op;
import org.jspecify.annotations.Nullable;

/** D8 to DF: operands to and from the operations of {@code cpu.fpu}. */
final class X87Forms extends MemOp {
    private final X87Op op;
    private final int opcode;
    private final int modrm;
    private final boolean memory;

    private X87Forms(Site site, Insn in, X87Op op) {
        super(site, in);
        this.op = op;
        opcode = in.opcode;
        modrm = in.modrm;
        memory = in.memory;
    }

    static Op lower(Insn in, Site site) {
        X87Op op = X87Op.lookup(in.opcode, in.modrm, in.operand16);
        return op == null ? Raise.undefined(site) : new X87Forms(site, in, op);
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        FpuState state = c.fpu;
        if (c.ts) {
            throw c.raise(this, Vector.NM, -1);
        }
        if (op.waits && state.x87ExceptionPending()) {
            throw c.raise(this, Vector.MF, -1);
        }
        long va = memory ? ea(c) : 0;
        switch (op.memory) {
            case LOAD -> load(c, state, va);
            case LOAD_BLOCK -> {
                for (int i = 0; i < op.memoryBytes; i++) {
                    state.environment[i] = (byte) c.load8(va + i, this);
                }
                execute(state, 0, 0);
            }
            case FLAGS -> execute(state, c.arithmeticFlags(), 0);
            default -> execute(state, 0, 0);
        }
        result(c, state, va);
        if (op.recordsPointers) {
            op.record(state, opcode, modrm, rip, va);
        }
        return next.x(c);
    }

    private void execute(FpuState state, long lo, long hi) {
        op.body.execute(state, modrm & 7, lo, hi);
    }

    private void load(Cpu c, FpuState state, long va) {
        if (op.memoryBytes == 10) {
            execute(state, c.load64(va, this), c.load16(va + 8, this));
        } else {
            execute(state, c.load(va, op.memoryBytes, this), 0);
        }
    }

    private void result(Cpu c, FpuState state, long va) {
        switch (op.memory) {
            case STORE -> {
                if (X87Op.stores(state)) {
                    store(c, state, va);
                }
                X87.retireStore(state);
            }
            case STORE_BLOCK -> {
                c.probeWrite(va, op.memoryBytes, this);
                for (int i = 0; i < op.memoryBytes; i++) {
                    c.store8(va + i, state.environment[i], this);
                }
                X87.retireStore(state);
            }
            case SET_FLAGS -> c.setArithmeticFlags(state.lo);
            case SET_AX -> c.setReg(Gpr.RAX, 2, state.lo);
            default -> {
                // The operation wrote its own registers.
            }
        }
    }

    private void store(Cpu c, FpuState state, long va) {
        if (op.memoryBytes == 10) {
            c.probeWrite(va, 10, this);
            c.store64(va, state.lo, this);
            c.store16(va + 8, state.hi, this);
        } else {
            c.store(va, op.memoryBytes, state.lo, this);
        }
    }

    /** FWAIT. */
    static final class Wait extends Op {
        Wait(Site site) {
            super(site);
        }

        @Override
        @Nullable
        Block x(Cpu c) {
            if (c.ts) {
                throw c.raise(this, Vector.NM, -1);
            }
            if (c.fpu.x87ExceptionPending()) {
                throw c.raise(this, Vector.MF, -1);
            }
            return next.x(c);
        }
    }
}
