package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ACCESSED;
import static dev.xenolith.engine.abi.PageTableEntry.AVAILABLE;
import static dev.xenolith.engine.abi.PageTableEntry.AVAILABLE_HIGH;
import static dev.xenolith.engine.abi.PageTableEntry.DIRTY;
import static dev.xenolith.engine.abi.PageTableEntry.GLOBAL;
import static dev.xenolith.engine.abi.PageTableEntry.GUEST_KERNEL;
import static dev.xenolith.engine.abi.PageTableEntry.MFN_MASK;
import static dev.xenolith.engine.abi.PageTableEntry.NX;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.abi.PageTableEntry.USER;

/**
 * Which bits a guest may set in an entry, which it may change without a new validation, and which Xen adds ({@code
 * base_disallow_mask}, {@code FASTPATH_FLAG_WHITELIST} of {@code xen/arch/x86/mm.c}, {@code adjust_guest_l*e} of {@code
 * xen/arch/x86/pv/mm.h}).
 */
final class EntryFlags {

    private static final long ALLOWED =
            PRESENT | RW | USER | ACCESSED | DIRTY | AVAILABLE | AVAILABLE_HIGH | NX | MFN_MASK;

    /** Cache attributes and large pages are refused: a domain without devices has no use for the first. */
    private static final long TABLE_DISALLOWED = ~ALLOWED;

    private static final long L1_DISALLOWED = ~(ALLOWED | GLOBAL);

    private static final long FREELY_CHANGED = NX | AVAILABLE_HIGH | AVAILABLE | GLOBAL | DIRTY | ACCESSED | USER;

    private EntryFlags() {}

    static boolean isAllowed(long entry, int level) {
        return (entry & (level == 1 ? L1_DISALLOWED : TABLE_DISALLOWED)) == 0;
    }

    /** Same frame, same rights to write: no reference changes hands. */
    static boolean needsNoValidation(long oldEntry, long newEntry) {
        return ((oldEntry ^ newEntry) & ~FREELY_CHANGED) == 0;
    }

    /** What Xen makes of a present entry before it stores it. */
    static long adjust(long entry, int level) {
        if ((entry & PRESENT) == 0) {
            return entry;
        }
        return switch (level) {
            case 1 -> adjustL1(entry);
            case 4 -> entry | USER | ACCESSED;
            default -> entry | USER;
        };
    }

    private static long adjustL1(long entry) {
        long adjusted = entry;
        if ((adjusted & USER) == 0) {
            adjusted |= GUEST_KERNEL | USER;
        }
        if ((adjusted & GUEST_KERNEL) == 0) {
            adjusted |= GLOBAL | USER;
        }
        return adjusted;
    }
}
