package dev.xenolith.engine.abi;

/** Commands and types of vm_assist ({@code public/xen.h}, {@code VMASST_*}). */
public final class VmAssist {

    public static final int ENABLE = 0;
    public static final int DISABLE = 1;
    public static final int FOUR_GB_SEGMENTS = 0;
    public static final int FOUR_GB_SEGMENTS_NOTIFY = 1;
    public static final int WRITABLE_PAGETABLES = 2;
    public static final int PAE_EXTENDED_CR3 = 3;
    public static final int ARCHITECTURAL_IOPL = 4;
    public static final int RUNSTATE_UPDATE_FLAG = 5;
    public static final int M2P_STRICT = 32;

    /** Types that a 64-bit PV guest may ask for, as bits. */
    public static final long VALID = 1L << FOUR_GB_SEGMENTS
            | 1L << FOUR_GB_SEGMENTS_NOTIFY
            | 1L << WRITABLE_PAGETABLES
            | 1L << PAE_EXTENDED_CR3
            | 1L << ARCHITECTURAL_IOPL
            | 1L << RUNSTATE_UPDATE_FLAG
            | 1L << M2P_STRICT;

    private VmAssist() {}
}
