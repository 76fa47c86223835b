package dev.xenolith.engine.cpu.fpu;

import org.jspecify.annotations.Nullable;

/**
 * One form of one MMX or SSE instruction: a row of the table that the decoder wires by.
 *
 * <p>A row is exact: register and memory forms are different rows, and so are REX.W variants where they differ. The
 * decoder does, when it decodes:
 *
 * <pre>
 *   op = SseOp.lookup(prefix, opcode, modrm, rexW)         null: not ours, or #UD
 *   src = op.sourceRegister(modrm, rex)                    when op.source is a register
 *   dst = op.destinationRegister(modrm, rex)
 *   imm = op.immediate ? next byte : 0
 * </pre>
 *
 * and when it executes:
 *
 * <pre>
 *   if (op.mmx &amp;&amp; state.x87ExceptionPending()) raise #MF          (CR0.TS and #NM before that)
 *   lo, hi = by op.source:
 *       XMM      state.xmm[2 * src], state.xmm[2 * src + 1]
 *       MM       state.significand[src], 0
 *       GPR      the whole 64-bit register, 0
 *       MEMORY   op.memoryBytes bytes at the address, zero-extended; #GP if op.aligned and not a multiple of 16
 *       NONE     0, 0
 *   op.body.execute(state, dst, lo, hi, imm)
 *   if (op.raisesSimd &amp;&amp; state.simdFault) { state.simdFault = false; raise #XM }
 *   by op.destination:
 *       XMM, MM, NONE   done
 *       GPR             gpr[dst] = state.lo                   all 64 bits, already zero-extended
 *       MEMORY          store the low op.memoryBytes of state.lo, state.hi (check op.aligned, too)
 *       MASKED_MEMORY   at DS:rdi store those bytes of state.lo, state.hi whose bit is set in state.byteMask
 *                       after either, if (op.mmx) state.enterMmx()
 *       FLAGS           ZF, PF, CF = state.lo, at their places in rflags; OF, SF, AF = 0
 * </pre>
 *
 * A body whose destination is memory changes no state, so a store that faults is precise.
 */
public final class SseOp {
    /** What the operation does; {@code dst} is the destination register, {@code lo} and {@code hi} the source. */
    @FunctionalInterface
    public interface Body {
        void execute(FpuState state, int dst, long lo, long hi, int imm);
    }

    /** Where an operand lives. */
    public enum Operand {
        NONE,
        XMM,
        MM,
        GPR,
        MEMORY,
        MASKED_MEMORY,
        FLAGS
    }

    /** Mandatory prefix: none, 66, F3 or F2. F3 and F2 win over 66. */
    public static final int PREFIX_NONE = 0;

    public static final int PREFIX_66 = 1;
    public static final int PREFIX_F3 = 2;
    public static final int PREFIX_F2 = 3;

    public final String name;
    public final Operand source;
    public final Operand destination;

    /** The source register is named by modrm.rm (else by modrm.reg); the destination register by the other. */
    public final boolean sourceIsRm;

    /** Bytes read or written where source or destination is memory, else 0. */
    public final int memoryBytes;

    /** The memory operand must be 16-byte aligned, else #GP(0). */
    public final boolean aligned;

    /** An immediate byte follows. */
    public final boolean immediate;

    /** May leave {@link FpuState#simdFault}. */
    public final boolean raisesSimd;

    /** Waits for the x87 (#MF) and enters MMX mode. */
    public final boolean mmx;

    /** False for EMMS alone. */
    public final boolean hasModrm;

    public final Body body;

    SseOp(SseRow row) {
        name = row.name;
        source = row.source;
        destination = row.destination;
        sourceIsRm = row.sourceIsRm;
        memoryBytes = row.memoryBytes;
        aligned = row.aligned;
        immediate = row.immediate;
        raisesSimd = row.raisesSimd;
        mmx = row.mmx;
        hasModrm = row.hasModrm;
        body = row.body;
    }

    /**
     * The row of an instruction 0F {@code opcode}, or null where there is none: some other instruction, or #UD.
     *
     * @param prefix one of the PREFIX constants
     * @param modrm the ModRM byte; any value for EMMS
     */
    public static @Nullable SseOp lookup(int prefix, int opcode, int modrm, boolean rexW) {
        return SseTable.find(prefix, opcode, modrm, rexW);
    }

    public int sourceRegister(int modrm, int rex) {
        return register(source == Operand.MM, sourceIsRm, modrm, rex);
    }

    public int destinationRegister(int modrm, int rex) {
        boolean maskedMm = mmx && destination == Operand.MASKED_MEMORY;
        return register(destination == Operand.MM || maskedMm, !sourceIsRm, modrm, rex);
    }

    /** REX.R and REX.B extend XMM and general registers; there are only eight MMX registers. */
    private static int register(boolean isMm, boolean rm, int modrm, int rex) {
        int number = rm ? modrm & 7 : modrm >> 3 & 7;
        int extension = rm ? rex & 1 : rex >> 2 & 1;
        return isMm ? number : number | extension << 3;
    }

    @Override
    public String toString() {
        return name;
    }
}
