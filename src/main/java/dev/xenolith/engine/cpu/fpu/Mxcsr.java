package dev.xenolith.engine.cpu.fpu;

/**
 * MXCSR, bit by bit (SDM volume 1, 10.2.3).
 *
 * <pre>
 *    15  14 13  12 11 10  9  8  7   6    5  4  3  2  1  0
 *   FTZ [ RC ] PM UM OM ZM DM IM  DAZ  PE UE OE ZE DE IE
 * </pre>
 *
 * The exception bits are the x87 status word's, so both units share these names.
 */
public final class Mxcsr {
    public static final int INITIAL = 0x1f80;

    /** Every other bit is reserved: loading it raises #GP. AMD's misaligned-SSE bit 17 is not offered. */
    public static final int MASK = 0xffff;

    static final int IE = 1;
    static final int DE = 2;
    static final int ZE = 4;
    static final int OE = 8;
    static final int UE = 0x10;
    static final int PE = 0x20;
    static final int FLAGS = 0x3f;
    static final int DAZ = 0x40;
    static final int MASK_SHIFT = 7;
    static final int ROUNDING_SHIFT = 13;
    static final int FTZ = 0x8000;

    private Mxcsr() {}
}
