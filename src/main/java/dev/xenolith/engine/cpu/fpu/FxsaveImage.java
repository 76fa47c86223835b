package dev.xenolith.engine.cpu.fpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The 512 bytes of FXSAVE64 and FXRSTOR64 (SDM volume 1, table 10-2, with REX.W: 64-bit pointers).
 *
 * <pre>
 *     0  FCW:2  FSW:2  FTW:1  0:1  FOP:2  FIP:8
 *    16  FDP:8  MXCSR:4  MXCSR_MASK:4
 *    32  ST0:10 0:6 ... ST7            (or MM0 to MM7)
 *   160  XMM0:16 ... XMM15
 *   416  software's: never written
 * </pre>
 *
 * Without REX.W the hardware stores 32 bits of each pointer and a selector; {@link #write32} cuts them.
 */
public final class FxsaveImage {
    public static final int SIZE = 512;

    /** What FXSAVE itself writes; the last 96 bytes belong to software. */
    public static final int WRITTEN = 416;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FxsaveImage() {}

    /** FXSAVE with REX.W: bytes 0 to 415 of the image. */
    public static void write(FpuState state, MemorySegment image, long offset) {
        image.set(SHORT, offset, (short) state.controlWord);
        image.set(SHORT, offset + 2, (short) state.statusWord());
        image.set(SHORT, offset + 4, (short) state.occupied);
        image.set(SHORT, offset + 6, (short) state.lastOpcode);
        image.set(LONG, offset + 8, state.lastInstruction);
        image.set(LONG, offset + 16, state.lastData);
        image.set(INT, offset + 24, state.mxcsr);
        image.set(INT, offset + 28, Mxcsr.MASK);
        for (int i = 0; i < 8; i++) {
            int physical = state.top + i & 7;
            image.set(LONG, offset + 32 + 16L * i, state.significand[physical]);
            image.set(LONG, offset + 40 + 16L * i, state.signExponent[physical]);
        }
        for (int i = 0; i < 32; i++) {
            image.set(LONG, offset + 160 + 8L * i, state.xmm[i]);
        }
    }

    /** FXSAVE without REX.W: the pointers are cut to 32 bits, the selectors read as zero. */
    public static void write32(FpuState state, MemorySegment image, long offset) {
        write(state, image, offset);
        image.set(LONG, offset + 8, state.lastInstruction & 0xffff_ffffL);
        image.set(LONG, offset + 16, state.lastData & 0xffff_ffffL);
    }

    /** FXRSTOR with REX.W: false, with nothing changed, where MXCSR has reserved bits and the caller is to raise #GP. */
    public static boolean read(FpuState state, MemorySegment image, long offset) {
        if (!state.loadMxcsr(image.get(INT, offset + 24))) {
            return false;
        }
        state.controlWord = normaliseControl(image.get(SHORT, offset));
        state.setStatusWord(image.get(SHORT, offset + 2));
        state.occupied = image.get(SHORT, offset + 4) & 0xff;
        state.lastOpcode = image.get(SHORT, offset + 6) & 0x7ff;
        state.lastInstruction = image.get(LONG, offset + 8);
        state.lastData = image.get(LONG, offset + 16);
        for (int i = 0; i < 8; i++) {
            int physical = state.top + i & 7;
            state.significand[physical] = image.get(LONG, offset + 32 + 16L * i);
            state.signExponent[physical] = image.get(SHORT, offset + 40 + 16L * i) & 0xffff;
        }
        for (int i = 0; i < 32; i++) {
            state.xmm[i] = image.get(LONG, offset + 160 + 8L * i);
        }
        return true;
    }

    /** FXRSTOR without REX.W: bits 32 and up of the pointers' fields are selectors and are dropped. */
    public static boolean read32(FpuState state, MemorySegment image, long offset) {
        if (!read(state, image, offset)) {
            return false;
        }
        state.lastInstruction &= 0xffff_ffffL;
        state.lastData &= 0xffff_ffffL;
        return true;
    }

    /** Bit 6 of a control word always reads as one, bits 7 and 13 to 15 as zero. */
    static int normaliseControl(int word) {
        return (word & 0x1f3f) | 0x40;
    }
}
