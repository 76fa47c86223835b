package dev.xenolith.engine.abi;

/**
 * The page that Xen and a domain share: {@code struct shared_info} ({@code public/xen.h}, {@code arch-x86/xen.h}), as a
 * 64-bit guest sees it.
 *
 * <pre>
 *   0                 0x800               0xa00            0xc00        0xc10             0xc40
 *   | vcpu_info[32]   | pending[64]       | mask[64]       | wall clock | arch            |
 * </pre>
 */
public final class SharedInfo {

    /** Vcpus whose info is in the page ({@code XEN_LEGACY_MAX_VCPUS}); others must register a place of their own. */
    public static final int VCPUS = 32;

    public static final int BYTES = 0xc40;

    public static final int EVTCHN_PENDING = 0x800;
    public static final int EVTCHN_MASK = 0xa00;
    /** Bits a word of the pending and mask arrays; there are as many words. */
    public static final int EVTCHN_BITS_PER_WORD = 64;

    public static final int WC_VERSION = 0xc00;
    public static final int WC_SEC = 0xc04;
    public static final int WC_NSEC = 0xc08;
    public static final int WC_SEC_HI = 0xc0c;

    public static final int ARCH_MAX_PFN = 0xc10;
    public static final int ARCH_PFN_TO_MFN_FRAME_LIST_LIST = 0xc18;
    public static final int ARCH_NMI_REASON = 0xc20;
    public static final int ARCH_P2M_CR3 = 0xc28;
    public static final int ARCH_P2M_VADDR = 0xc30;
    public static final int ARCH_P2M_GENERATION = 0xc38;

    /** Where vcpu {@code vcpu}'s {@link VcpuInfo} begins. */
    public static int vcpuInfo(int vcpu) {
        return vcpu * VcpuInfo.BYTES;
    }

    private SharedInfo() {}
}
