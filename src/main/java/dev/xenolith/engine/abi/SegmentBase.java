package dev.xenolith.engine.abi;

/** What set_segment_base sets ({@code public/arch-x86/xen-x86_64.h}, {@code SEGBASE_*}). */
public final class SegmentBase {

    public static final int FS = 0;
    public static final int GS_USER = 1;
    public static final int GS_KERNEL = 2;
    public static final int GS_USER_SEL = 3;

    private SegmentBase() {}
}
