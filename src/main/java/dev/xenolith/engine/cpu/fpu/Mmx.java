package dev.xenolith.engine.cpu.fpu;

/**
 * The MMX registers, which are the x87's significands (SDM volume 1, 9.5).
 *
 * <p>Every MMX instruction but EMMS makes all eight registers valid and R0 the stack's top; one that writes a register
 * also sets its sign and exponent to ones, so that the x87 sees a NaN.
 */
final class Mmx {
    private Mmx() {}

    static void enter(FpuState s) {
        s.enterMmx();
    }

    static void put(FpuState s, int register, long value) {
        enter(s);
        s.significand[register] = value;
        s.signExponent[register] = 0xffff;
    }

    static void emms(FpuState s, int dst, long lo, long hi, int imm) {
        s.top = 0;
        s.occupied = 0;
    }

    /** MOVD, MOVQ to a register, MOVDQ2Q. */
    static void move(FpuState s, int dst, long lo, long hi, int imm) {
        put(s, dst, lo);
    }

    static void moveLow(FpuState s, int dst, long lo, long hi, int imm) {
        put(s, dst, lo & 0xffff_ffffL);
    }

    static void moveOut(FpuState s, int dst, long lo, long hi, int imm) {
        enter(s);
        s.lo = lo;
    }

    static void moveOutLow(FpuState s, int dst, long lo, long hi, int imm) {
        enter(s);
        s.lo = lo & 0xffff_ffffL;
    }

    /** To memory: the caller enters MMX mode when the bytes are stored. */
    static void store(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = lo;
    }

    static void toXmm(FpuState s, int dst, long lo, long hi, int imm) {
        enter(s);
        s.xmm[dst << 1] = lo;
        s.xmm[(dst << 1) + 1] = 0;
    }

    static void shuffleWords(FpuState s, int dst, long lo, long hi, int imm) {
        put(s, dst, Shuffle.words(lo, imm));
    }

    static void insertWord(FpuState s, int dst, long lo, long hi, int imm) {
        put(s, dst, Shuffle.insertWord(s.significand[dst], lo, imm & 3));
    }

    static void extractWord(FpuState s, int dst, long lo, long hi, int imm) {
        enter(s);
        s.lo = lo >>> ((imm & 3) << 4) & 0xffff;
    }

    static void signMask(FpuState s, int dst, long lo, long hi, int imm) {
        enter(s);
        s.lo = Shuffle.byteSigns(lo);
    }

    /** MASKMOVQ: the destination register holds the data, the source the mask. */
    static void maskedStore(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = s.significand[dst];
        s.byteMask = Shuffle.byteSigns(lo);
    }
}
