package dev.xenolith.engine.abi;

/**
 * Bits of a page-table entry of any level (SDM volume 3, 4.5), with Xen's use of the software ones ({@code
 * xen/arch/x86/include/asm/x86_64/page.h}).
 *
 * <pre>
 *   63  62        52 51              12 11     9 8  7   6 5 4   3   2 1 0
 *   |NX| software    |       mfn       |  avail |G|PSE|D|A|PCD|PWT|U|W|P|
 *          bit 52: guest kernel                    PAT at level 1
 * </pre>
 */
public final class PageTableEntry {

    public static final long PRESENT = 1;
    public static final long RW = 1 << 1;
    public static final long USER = 1 << 2;
    public static final long PWT = 1 << 3;
    public static final long PCD = 1 << 4;
    public static final long ACCESSED = 1 << 5;
    public static final long DIRTY = 1 << 6;

    /** Large page at levels 2 and 3; PAT at level 1. */
    public static final long PSE = 1 << 7;

    public static final long GLOBAL = 1 << 8;
    public static final long AVAILABLE = 7 << 9;

    /** Xen's mark on a level 1 entry that the guest wrote without USER. */
    public static final long GUEST_KERNEL = 1L << 52;

    public static final long AVAILABLE_HIGH = 0x7FFL << 52;
    public static final long NX = 1L << 63;

    public static final long MFN_MASK = ((1L << 40) - 1) << 12;

    public static final int ENTRIES = 512;
    public static final int LEVELS = 4;

    /** Level 4 slots that are Xen's: 0xffff800000000000 to 0xffff87ffffffffff. */
    public static final int FIRST_XEN_SLOT = 256;

    public static final int LAST_XEN_SLOT = 271;

    private PageTableEntry() {}

    public static boolean isPresent(long entry) {
        return (entry & PRESENT) != 0;
    }

    public static boolean isWritable(long entry) {
        return (entry & RW) != 0;
    }

    /** The guest's number of the frame that the entry names. */
    public static long mfn(long entry) {
        return (entry & MFN_MASK) >>> PageSize.SHIFT;
    }

    public static long of(long mfn, long flags) {
        return mfn << PageSize.SHIFT | flags;
    }

    /** Index into the table of a level that maps this address. */
    public static int index(long va, int level) {
        return (int) (va >>> (PageSize.SHIFT + 9 * (level - 1))) & (ENTRIES - 1);
    }

    public static boolean isXenSlot(int slot) {
        return slot >= FIRST_XEN_SLOT && slot <= LAST_XEN_SLOT;
    }
}
