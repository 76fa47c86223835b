package dev.xenolith.engine.abi;

/** Flags of {@code update_va_mapping} ({@code public/xen.h} UVMF_*). */
public final class UpdateVaMapping {

    public static final int NONE = 0;
    public static final int TLB_FLUSH = 1;
    public static final int INVLPG = 2;
    public static final int FLUSHTYPE_MASK = 3;

    /** Otherwise the flags hold the address of a bitmap of vcpus, or 0 for the calling one. */
    public static final int ALL = 1 << 2;

    private UpdateVaMapping() {}
}
