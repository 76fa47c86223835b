package dev.xenolith.engine.cpu.fpu;

/** Control instructions, and the environment that FLDENV, FNSTENV, FRSTOR and FNSAVE move. */
final class X87Control {
    private X87Control() {}

    static void nothing(FpuState s, int sti, long lo, long hi) {}

    static void clearExceptions(FpuState s, int sti, long lo, long hi) {
        s.statusFlags &= X87.CONDITIONS;
    }

    static void initialise(FpuState s, int sti, long lo, long hi) {
        s.initialiseX87();
    }

    static void loadControlWord(FpuState s, int sti, long lo, long hi) {
        s.controlWord = FxsaveImage.normaliseControl((int) lo);
        s.updateSummary();
    }

    static void storeControlWord(FpuState s, int sti, long lo, long hi) {
        s.lo = s.controlWord;
        s.pendingStore = X87.WRITES;
    }

    static void storeStatusWord(FpuState s, int sti, long lo, long hi) {
        s.lo = s.statusWord();
        s.pendingStore = X87.WRITES;
    }

    static X87Op.Body storeEnvironment(boolean wide) {
        return (s, sti, lo, hi) -> {
            X87Environment.write(s, wide);
            s.pendingStore = X87.WRITES | X87.MASK_ALL;
        };
    }

    static X87Op.Body save(boolean wide) {
        return (s, sti, lo, hi) -> {
            X87Environment.writeRegisters(s, X87Environment.write(s, wide));
            s.pendingStore = X87.WRITES | X87.INITIALISE;
        };
    }

    static X87Op.Body loadEnvironment(boolean wide) {
        return (s, sti, lo, hi) -> X87Environment.read(s, wide);
    }

    static X87Op.Body restore(boolean wide) {
        return (s, sti, lo, hi) -> X87Environment.readRegisters(s, X87Environment.read(s, wide));
    }
}
