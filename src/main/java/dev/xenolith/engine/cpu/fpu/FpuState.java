package dev.xenolith.engine.cpu.fpu;

import java.util.Arrays;

/**
 * The registers FXSAVE can see: x87 with MMX laid over it, XMM0 to XMM15 and MXCSR.
 *
 * <p>The x87 stack is kept as the eight <em>physical</em> registers R0 to R7; ST(i) is {@code R[(top + i) & 7]} and MMi
 * is the significand of Ri. Of the tag word only "holds something" is kept, one bit a register: valid, zero and special
 * are computed when FNSTENV asks, as the hardware does it.
 *
 * <p>The fields are public because the interpreter and translated code read and write them in their inner loops. The
 * fields of the second group are not state: they carry one operation's outcome to the decoder and are never saved.
 */
public final class FpuState {
    /** XMMn is {@code xmm[2 * n]} (bits 0 to 63) and {@code xmm[2 * n + 1]} (bits 64 to 127). */
    public final long[] xmm = new long[32];

    public int mxcsr = Mxcsr.INITIAL;

    /** Significands of R0 to R7, integer bit included; also MM0 to MM7. */
    public final long[] significand = new long[8];

    /** Sign (bit 15) and biased exponent (bits 0 to 14) of R0 to R7. */
    public final int[] signExponent = new int[8];

    public int controlWord = 0x37f;

    /** The status word without TOP (bits 11 to 13), which is {@link #top}, and without B, which follows ES. */
    int statusFlags;

    /** The physical register that is ST(0). */
    public int top;

    /** Bit i: Ri is not empty. FXSAVE's abridged tag word. */
    public int occupied;

    /** The last non-control x87 instruction: its eleven opcode bits, its rip and the address of its operand. */
    public int lastOpcode;

    public long lastInstruction;
    public long lastData;

    // ---- outcome of the last operation, not state --------------------------------------------------------------

    /** What an operation whose destination is memory, a general register or the flags produced. */
    public long lo;

    public long hi;

    /** Which of the sixteen bytes MASKMOVQ and MASKMOVDQU store: bit i for byte i. */
    public int byteMask;

    /** An unmasked SIMD exception: the caller clears it and raises #XM; no register was changed. */
    public boolean simdFault;

    /** FLDENV, FNSTENV, FRSTOR and FNSAVE: their operand, as it lies in memory. */
    public final byte[] environment = new byte[108];

    /** What {@link X87#retireStore} still has to do; bits of {@link X87}. */
    int pendingStore;

    int pendingStatus;

    final SoftFloat soft = new SoftFloat();

    /** As after power-on and FNINIT, which is how Xen starts a vcpu. */
    public void reset() {
        Arrays.fill(xmm, 0);
        mxcsr = Mxcsr.INITIAL;
        Arrays.fill(significand, 0);
        Arrays.fill(signExponent, 0);
        initialiseX87();
    }

    /** FNINIT: everything but the register contents. */
    void initialiseX87() {
        controlWord = 0x37f;
        statusFlags = 0;
        top = 0;
        occupied = 0;
        lastOpcode = 0;
        lastInstruction = 0;
        lastData = 0;
    }

    /** The status word as FNSTSW gives it. */
    public int statusWord() {
        return statusFlags | (top << 11) | ((statusFlags & X87.ES) << 8);
    }

    void setStatusWord(int word) {
        top = word >> 11 & 7;
        statusFlags = word & 0x477f;
        updateSummary();
    }

    /** ES says whether an exception is flagged that the control word does not mask. */
    void updateSummary() {
        boolean unmasked = (statusFlags & ~controlWord & 0x3f) != 0;
        statusFlags = unmasked ? statusFlags | X87.ES : statusFlags & ~X87.ES;
    }

    /** The next waiting x87 or MMX instruction, and FWAIT, raises #MF. */
    public boolean x87ExceptionPending() {
        return (statusFlags & X87.ES) != 0;
    }

    /** What every MMX instruction but EMMS does: all registers are valid and R0 is the top (SDM volume 1, 9.5.1). */
    public void enterMmx() {
        top = 0;
        occupied = 0xff;
    }

    /** LDMXCSR: false, with nothing changed, where reserved bits are set and the caller is to raise #GP. */
    public boolean loadMxcsr(int value) {
        if ((value & ~Mxcsr.MASK) != 0) {
            return false;
        }
        mxcsr = value;
        return true;
    }

    /** Makes this the same as another: the snapshot of a stopped vcpu. */
    public void copyFrom(FpuState other) {
        System.arraycopy(other.xmm, 0, xmm, 0, xmm.length);
        System.arraycopy(other.significand, 0, significand, 0, 8);
        System.arraycopy(other.signExponent, 0, signExponent, 0, 8);
        mxcsr = other.mxcsr;
        controlWord = other.controlWord;
        statusFlags = other.statusFlags;
        top = other.top;
        occupied = other.occupied;
        lastOpcode = other.lastOpcode;
        lastInstruction = other.lastInstruction;
        lastData = other.lastData;
    }

    public FpuState copy() {
        FpuState copy = new FpuState();
        copy.copyFrom(this);
        return copy;
    }

    /** Equality of what the guest can see; not {@code equals}, since this object changes. */
    public boolean sameAs(FpuState other) {
        return Arrays.equals(xmm, other.xmm)
                && mxcsr == other.mxcsr
                && Arrays.equals(significand, other.significand)
                && Arrays.equals(signExponent, other.signExponent)
                && controlWord == other.controlWord
                && statusFlags == other.statusFlags
                && top == other.top
                && occupied == other.occupied
                && lastOpcode == other.lastOpcode
                && lastInstruction == other.lastInstruction
                && lastData == other.lastData;
    }
}
