package dev.xenolith.engine.mmu;

/**
 * The descriptors that Xen keeps above the guest's own ({@code boot_gdt} in {@code xen/arch/x86/desc.c}). Selectors of
 * ring 3 are ABI; the others are what LSL and LAR see.
 */
final class XenGdt {

    /** A guest has at most 14 frames of descriptors. */
    static final int GUEST_FRAMES = 14;

    static final int FIRST_RESERVED_ENTRY = GUEST_FRAMES * 512;

    /** {@code public/arch-x86/xen-x86_64.h}: FLAT_RING3_CS64. */
    static final int FLAT_KERNEL_CS = 0xe033;

    private static final int RING0_CODE = 0xe008 >>> 3;
    private static final int RING0_DATA = 0xe010 >>> 3;
    private static final int RING3_CODE32 = 0xe023 >>> 3;
    private static final int RING3_DATA = 0xe02b >>> 3;
    private static final int RING3_CODE64 = FLAT_KERNEL_CS >>> 3;
    private static final int PER_CPU = 0xe060 >>> 3;

    private XenGdt() {}

    static long descriptor(int entry, int vcpu) {
        return switch (entry) {
            case RING0_CODE -> 0x00af9b000000ffffL;
            case RING0_DATA -> 0x00cf93000000ffffL;
            case RING3_CODE32 -> 0x00cffb000000ffffL;
            case RING3_DATA -> 0x00cff3000000ffffL;
            case RING3_CODE64 -> 0x00affb000000ffffL;
            case PER_CPU -> 0x0000910000000000L | vcpu;
            default -> 0;
        };
    }
}
