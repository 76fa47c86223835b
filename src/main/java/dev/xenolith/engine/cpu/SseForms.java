package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FpuState;
import dev.xenolith.engine.cpu.fpu.SseOp;
import org.jspecify.annotations.Nullable;

/** MMX, SSE, SSE2 and SSE3: operands to and from the operations of {@code cpu.fpu}. */
final class SseForms extends MemOp {
    private final SseOp op;
    private final int src;
    private final int dst;
    private final int imm;
    private final int segment;
    private final int addressSize;

    private SseForms(Site site, Insn in, SseOp op) {
        super(site, in);
        this.op = op;
        src = op.sourceRegister(in.modrm, in.rex);
        dst = op.destinationRegister(in.modrm, in.rex);
        imm = (int) in.immediate & 0xff;
        segment = in.segment;
        addressSize = in.address32 ? 4 : 8;
    }

    /** Null where the opcode is none of these. */
    static @Nullable Op lower(Insn in, Site site) {
        int prefix = in.repeat == 0xf3
                ? SseOp.PREFIX_F3
                : in.repeat == 0xf2 ? SseOp.PREFIX_F2 : in.operand16 ? SseOp.PREFIX_66 : SseOp.PREFIX_NONE;
        SseOp op = SseOp.lookup(prefix, in.opcode & 0xff, in.modrm, in.rexW());
        return op == null ? null : new SseForms(site, in, op);
    }

    @Override
    @Nullable
    Block x(Cpu c) {
        FpuState state = c.fpu;
        if (c.ts) {
            throw c.raise(this, Vector.NM, -1);
        }
        if (op.mmx && state.x87ExceptionPending()) {
            throw c.raise(this, Vector.MF, -1);
        }
        switch (op.source) {
            case XMM -> op.body.execute(state, dst, state.xmm[2 * src], state.xmm[2 * src + 1], imm);
            case MM -> op.body.execute(state, dst, state.significand[src], 0, imm);
            case GPR -> op.body.execute(state, dst, c.r[src], 0, imm);
            case MEMORY -> fromMemory(c, state);
            default -> op.body.execute(state, dst, 0, 0, imm);
        }
        if (op.raisesSimd && state.simdFault) {
            state.simdFault = false;
            throw c.raise(this, Vector.XM, -1);
        }
        result(c, state);
        return next.x(c);
    }

    private void fromMemory(Cpu c, FpuState state) {
        long va = ea(c);
        checkAligned(c, va);
        if (op.memoryBytes == 16) {
            op.body.execute(state, dst, c.load64(va, this), c.load64(va + 8, this), imm);
        } else {
            op.body.execute(state, dst, c.load(va, op.memoryBytes, this), 0, imm);
        }
    }

    private void checkAligned(Cpu c, long va) {
        if (op.aligned && (va & 15) != 0) {
            throw c.raise(this, Vector.GP, 0);
        }
    }

    private void result(Cpu c, FpuState state) {
        switch (op.destination) {
            case GPR -> c.r[dst] = state.lo;
            case FLAGS -> c.setArithmeticFlags(state.lo);
            case MEMORY -> toMemory(c, ea(c), state.lo, state.hi);
            case MASKED_MEMORY -> maskedStore(c, state);
            default -> {
                // A register of the unit: the operation wrote it.
            }
        }
    }

    private void toMemory(Cpu c, long va, long lo, long hi) {
        checkAligned(c, va);
        if (op.memoryBytes == 16) {
            c.probeWrite(va, 16, this);
            c.store64(va, lo, this);
            c.store64(va + 8, hi, this);
        } else {
            c.store(va, op.memoryBytes, lo, this);
        }
        if (op.mmx) {
            c.fpu.enterMmx();
        }
    }

    private void maskedStore(Cpu c, FpuState state) {
        int mask = state.byteMask & 0xffff;
        if (mask != 0) {
            storeBytes(c, state, mask);
        }
        if (op.mmx) {
            state.enterMmx();
        }
    }

    private void storeBytes(Cpu c, FpuState state, int mask) {
        long va = c.reg(Gpr.RDI, addressSize) + c.segmentBase[segment];
        int lowest = Integer.numberOfTrailingZeros(mask);
        int highest = 31 - Integer.numberOfLeadingZeros(mask);
        c.probeWrite(va + lowest, highest - lowest + 1, this);
        for (int i = lowest; i <= highest; i++) {
            if ((mask >> i & 1) != 0) {
                c.store8(va + i, (i < 8 ? state.lo : state.hi) >>> (8 * (i & 7)), this);
            }
        }
    }
}
