package dev.xenolith.engine.cpu.fpu;

import org.jspecify.annotations.Nullable;

/**
 * One form of one x87 instruction: a row of the table that the decoder wires by.
 *
 * <pre>
 *   op = X87Op.lookup(opcode, modrm, operandSize16)      null: #UD
 *
 *   if (op.waits &amp;&amp; state.x87ExceptionPending()) raise #MF      (CR0.TS and #NM before that)
 *   if (op.recordsPointers) op.record(state, opcode, modrm, rip, address)      address 0 for register forms
 *   lo, hi = by op.memory:
 *       LOAD            memoryBytes (2, 4, 8 or 10) bytes, zero-extended: lo bits 0 to 63, hi bits 64 to 79
 *       LOAD_BLOCK      memoryBytes (14, 28, 94 or 108) bytes into state.environment
 *       FLAGS           lo = rflags, for FCMOVcc
 *       else            0, 0
 *   op.body.execute(state, modrm &amp; 7, lo, hi)
 *   by op.memory:
 *       STORE           if (X87Op.stores(state)) write memoryBytes of state.lo, state.hi; then X87.retireStore(state)
 *       STORE_BLOCK     write memoryBytes of state.environment; then X87.retireStore(state)
 *       SET_FLAGS       ZF, PF, CF = state.lo, at their places in rflags; OF, SF, AF = 0 (FCOMI and kin)
 *       SET_AX          ax = state.lo (FNSTSW AX)
 * </pre>
 *
 * FWAIT (opcode 9B) is not in the table: it raises #MF if {@link FpuState#x87ExceptionPending} and does nothing else.
 */
public final class X87Op {
    /** What the operation does; {@code sti} is modrm &amp; 7. */
    @FunctionalInterface
    public interface Body {
        void execute(FpuState state, int sti, long lo, long hi);
    }

    /** What passes between the instruction and the rest of the CPU. */
    public enum Transfer {
        NONE,
        LOAD,
        STORE,
        LOAD_BLOCK,
        STORE_BLOCK,
        FLAGS,
        SET_FLAGS,
        SET_AX
    }

    public final String name;
    public final Transfer memory;
    public final int memoryBytes;
    public final boolean waits;
    public final boolean recordsPointers;
    public final Body body;

    X87Op(String name, Transfer memory, int memoryBytes, boolean control, boolean waits, Body body) {
        this.name = name;
        this.memory = memory;
        this.memoryBytes = memoryBytes;
        this.waits = waits;
        this.recordsPointers = !control;
        this.body = body;
    }

    /**
     * The row of an instruction, or null for #UD.
     *
     * @param opcode D8 to DF
     * @param operandSize16 prefix 66 is present, which shortens the environment of FLDENV and its kin
     */
    public static @Nullable X87Op lookup(int opcode, int modrm, boolean operandSize16) {
        return X87Rows.find(opcode, modrm, operandSize16);
    }

    /** After a STORE's body: false where an unmasked exception suppresses the store (the next instruction reports it). */
    public static boolean stores(FpuState state) {
        return (state.pendingStore & X87.WRITES) != 0;
    }

    /** Remembers the instruction for FXSAVE and FNSTENV. */
    public void record(FpuState state, int opcode, int modrm, long rip, long address) {
        state.lastOpcode = (opcode & 7) << 8 | modrm;
        state.lastInstruction = rip;
        state.lastData = address;
    }

    @Override
    public String toString() {
        return name;
    }
}
