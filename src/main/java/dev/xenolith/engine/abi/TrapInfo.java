package dev.xenolith.engine.abi;

/** One entry of a trap table ({@code public/arch-x86/xen.h} struct trap_info, 16 bytes). */
public final class TrapInfo {

    public static final int VECTOR = 0;
    public static final int FLAGS = 1;
    public static final int CS = 2;
    public static final int ADDRESS = 8;
    public static final int BYTES = 16;

    /** Bits of flags: the lowest privilege that may raise it by software. */
    public static final int FLAG_DPL = 3;

    /** Bit of flags: upcalls are masked when the handler is entered. */
    public static final int FLAG_MASK_EVENTS = 4;

    private TrapInfo() {}
}
