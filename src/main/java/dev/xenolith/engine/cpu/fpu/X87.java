package dev.xenolith.engine.cpu.fpu;

/** Names of the x87 status bits, and the second half of its stores. */
public final class X87 {
    static final int SF = 0x40;
    static final int ES = 0x80;
    static final int C0 = 0x100;
    static final int C1 = 0x200;
    static final int C2 = 0x400;
    static final int C3 = 0x4000;

    private X87() {}

    /**
     * The second half of an instruction that stores: called after its bytes reached memory (or at once where {@link
     * X87Op#stores} said that there is nothing to store). Pops, sets flags, or initialises. A store that faults is never
     * retired and has changed nothing.
     */
    public static void retireStore(FpuState state) {
        state.statusFlags |= state.pendingStatus;
    }
}
