package dev.xenolith.engine.cpu.fpu;

/**
 * How every x87 instruction ends: exceptions, C1, and the second half of a store.
 *
 * <p>An exception found before computing (IE, DE, ZE) that is not masked stops the instruction: flags are set, nothing
 * is written, nothing popped. One found afterwards (OE, UE, PE) lets a register be written; a store to memory is
 * suppressed by OE and UE. Either way ES tells the <em>next</em> waiting instruction (SDM volume 1, 8.6).
 */
public final class X87 {
    static final int SF = 0x40;
    static final int ES = 0x80;
    static final int C0 = 0x100;
    static final int C1 = 0x200;
    static final int C2 = 0x400;
    static final int C3 = 0x4000;
    static final int CONDITIONS = C0 | C1 | C2 | C3;

    private static final int BEFORE = Mxcsr.IE | Mxcsr.DE | Mxcsr.ZE;

    /** What {@link #retireStore} has to do. */
    static final int WRITES = 1;

    static final int STATUS = 2;
    static final int POP = 4;
    static final int INITIALISE = 8;
    static final int MASK_ALL = 16;

    private X87() {}

    /**
     * The second half of an instruction that stores: called after its bytes reached memory (or at once where {@link
     * X87Op#stores} said that there is nothing to store). Pops, sets flags, or initialises. A store that faults is never
     * retired and has changed nothing.
     */
    public static void retireStore(FpuState s) {
        int pending = s.pendingStore;
        if ((pending & STATUS) != 0) {
            s.statusFlags = (s.statusFlags & ~C1) | s.pendingStatus;
        }
        if ((pending & POP) != 0) {
            X87Stack.pop(s);
        }
        if ((pending & INITIALISE) != 0) {
            s.initialiseX87();
        }
        if ((pending & MASK_ALL) != 0) {
            s.controlWord |= Mxcsr.FLAGS;
        }
        s.updateSummary();
    }

    /** Ends a computation from {@code s.soft}'s flags: true where its result is to be written. */
    static boolean settle(FpuState s) {
        int flags = s.soft.flags;
        boolean stops = (flags & ~s.controlWord & BEFORE) != 0;
        if (stops) {
            flags &= BEFORE;
        }
        boolean up = !stops && s.soft.roundedUp && (flags & Mxcsr.PE) != 0;
        s.statusFlags = (s.statusFlags & ~C1) | flags | (up ? C1 : 0);
        s.updateSummary();
        return !stops;
    }

    /** An empty register was read: true where the masked response, the indefinite value, is to be written. */
    static boolean underflow(FpuState s) {
        return stackFault(s, 0);
    }

    /** A push found its register occupied. */
    static boolean overflow(FpuState s) {
        return stackFault(s, C1);
    }

    private static boolean stackFault(FpuState s, int c1) {
        s.statusFlags = (s.statusFlags & ~C1) | Mxcsr.IE | SF | c1;
        s.updateSummary();
        return (s.controlWord & Mxcsr.IE) != 0;
    }

    static void clearC1(FpuState s) {
        s.statusFlags &= ~C1;
    }

    static void setConditions(FpuState s, int conditions) {
        s.statusFlags = (s.statusFlags & ~CONDITIONS) | conditions;
    }

    /** Ends a store's first half from {@code s.soft}'s flags. */
    static void settleStore(FpuState s, boolean pop) {
        int flags = s.soft.flags;
        int unmasked = flags & ~s.controlWord;
        if ((unmasked & (Mxcsr.OE | Mxcsr.UE)) != 0) {
            flags &= ~Mxcsr.PE;
        }
        boolean up = s.soft.roundedUp && (flags & Mxcsr.PE) != 0;
        stage(s, flags | (up ? C1 : 0), (unmasked & (BEFORE | Mxcsr.OE | Mxcsr.UE)) == 0, pop);
    }

    /** Ends the first half of a store from an empty register; s.lo and s.hi hold the indefinite value already. */
    static void underflowStore(FpuState s, boolean pop) {
        stage(s, Mxcsr.IE | SF, (s.controlWord & Mxcsr.IE) != 0, pop);
    }

    private static void stage(FpuState s, int status, boolean writes, boolean pop) {
        s.pendingStatus = status;
        s.pendingStore = STATUS | (writes ? WRITES : 0) | (writes && pop ? POP : 0);
    }
}
