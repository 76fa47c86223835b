package dev.xenolith.engine.stream;

/**
 * Record types of a libxc stream. The last block is ours and stands in the mandatory range that Xen keeps for its
 * future, far from its front: Xen stops at the first of them and says its number.
 */
public final class LibxcRecord {

    public static final int END = 0x00;
    public static final int PAGE_DATA = 0x01;
    public static final int X86_PV_INFO = 0x02;
    public static final int X86_PV_P2M_FRAMES = 0x03;
    public static final int X86_PV_VCPU_BASIC = 0x04;
    public static final int X86_PV_VCPU_EXTENDED = 0x05;
    public static final int X86_PV_VCPU_XSAVE = 0x06;
    public static final int SHARED_INFO = 0x07;
    public static final int X86_TSC_INFO = 0x08;
    public static final int HVM_CONTEXT = 0x09;
    public static final int HVM_PARAMS = 0x0a;
    public static final int TOOLSTACK = 0x0b;
    public static final int X86_PV_VCPU_MSRS = 0x0c;
    public static final int VERIFY = 0x0d;
    public static final int CHECKPOINT = 0x0e;
    public static final int CHECKPOINT_DIRTY_PFN_LIST = 0x0f;
    public static final int STATIC_DATA_END = 0x10;
    public static final int X86_CPUID_POLICY = 0x11;
    public static final int X86_MSR_POLICY = 0x12;

    /** "XL" in the upper half. */
    public static final int XENOLITH_TRANSPARENT = 0x584c0001;

    public static final int XENOLITH_PAGE_INDEX = 0x584c0002;
    public static final int XENOLITH_DOMAIN_CONTEXT = 0x584c0003;

    private LibxcRecord() {}
}
