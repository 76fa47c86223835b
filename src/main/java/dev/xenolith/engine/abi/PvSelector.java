package dev.xenolith.engine.abi;

/** Selectors of the descriptors that Xen keeps above a guest's own GDT ({@code public/arch-x86/xen-x86_64.h}, {@code FLAT_*}). */
public final class PvSelector {

    public static final int FLAT_CS32 = 0xe023;
    public static final int FLAT_CS64 = 0xe033;
    public static final int FLAT_DS32 = 0xe02b;
    public static final int FLAT_SS = 0xe02b;

    /** First of the 32 reserved entries, after 14 frames of the guest's. */
    public static final int FIRST_RESERVED_ENTRY = 7168;

    private PvSelector() {}
}
