package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ENTRIES;
import static dev.xenolith.engine.abi.PageTableEntry.isPresent;
import static dev.xenolith.engine.abi.PageTableEntry.isWritable;
import static dev.xenolith.engine.abi.PageTableEntry.isXenSlot;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Takes and gives back what the entries of tables refer to ({@code promote_l*_table}, {@code get_page_from_l*e} and their
 * opposites in {@code xen/arch/x86/mm.c}).
 *
 * <p>A promotion first takes a reference for each entry, undoing all of them at the first that is refused, and only then
 * writes back the entries with the bits Xen adds: a refused table keeps its bytes. (Tables below it that were validated
 * on the way keep the added bits, as on Xen.)
 */
final class TableValidator {

    /** The number that a lookup of an invalid frame yields, cut to an entry's 40 bits. */
    private static final long INVALID_MFN = (1L << 40) - 1;

    private final DomainMemory memory;
    private final PageTypes types;
    private final Machine machine;
    private final MemorySegment ram;
    private final LinearTables linear;

    TableValidator(DomainMemory memory, PageTypes types) {
        this.memory = memory;
        this.types = types;
        machine = memory.machine();
        ram = machine.ram().segment();
        linear = new LinearTables(memory, types);
    }

    // --- whole tables

    int promote(int mfn, int type) {
        if (type == FrameType.SEGDESC) {
            return DescriptorCheck.validateFrame(machine, mfn);
        }
        if (machine.backings().isZero(mfn)) {
            return 0;
        }
        memory.work().spend(ENTRIES);
        long offset = machine.readOffset(mfn);
        boolean adjusts = false;
        for (int slot = 0; slot < ENTRIES; slot++) {
            long entry = ram.get(ValueLayout.JAVA_LONG, offset + ((long) slot << 3));
            if (!isPresent(entry) || isGuestless(type, slot)) {
                continue;
            }
            int result = get(entry, mfn, type);
            if (result < 0) {
                putFirst(slot, mfn, type, offset);
                return result;
            }
            adjusts |= EntryFlags.adjust(entry, type) != entry;
        }
        if (adjusts) {
            writeAdjusted(mfn, type);
        }
        if (type == FrameType.L4) {
            clearXenSlots(mfn);
        }
        return 0;
    }

    void demote(int mfn, int type) {
        if (machine.backings().isZero(mfn)) {
            return;
        }
        memory.work().spend(ENTRIES);
        putFirst(ENTRIES, mfn, type, machine.readOffset(mfn));
    }

    private void putFirst(int slots, int mfn, int type, long offset) {
        for (int slot = slots - 1; slot >= 0; slot--) {
            long entry = ram.get(ValueLayout.JAVA_LONG, offset + ((long) slot << 3));
            if (isPresent(entry) && !isGuestless(type, slot)) {
                put(entry, mfn, type);
            }
        }
    }

    private void writeAdjusted(int mfn, int type) {
        long offset = machine.gate().open(mfn);
        for (int slot = 0; slot < ENTRIES; slot++) {
            long at = offset + ((long) slot << 3);
            long entry = ram.get(ValueLayout.JAVA_LONG, at);
            if (isPresent(entry) && !isGuestless(type, slot)) {
                ram.set(ValueLayout.JAVA_LONG, at, EntryFlags.adjust(entry, type));
            }
        }
    }

    /** Whatever a guest left in Xen's slots goes; the walker never looks at them. */
    private void clearXenSlots(int mfn) {
        long offset = machine.readOffset(mfn);
        for (int slot = PageTableEntry.FIRST_XEN_SLOT; slot <= PageTableEntry.LAST_XEN_SLOT; slot++) {
            if (ram.get(ValueLayout.JAVA_LONG, offset + ((long) slot << 3)) != 0) {
                machine.gate().putLong(mfn, slot << 3, 0);
                offset = machine.readOffset(mfn);
            }
        }
    }

    private static boolean isGuestless(int type, int slot) {
        return type == FrameType.L4 && isXenSlot(slot);
    }

    // --- single entries

    /** Takes what a present entry of a table of this level refers to; 0 or −errno. */
    int get(long entry, int tableMfn, int level) {
        if (!EntryFlags.isAllowed(entry, level)) {
            return -Errno.EINVAL;
        }
        return level == 1 ? getMapped(entry) : getTable(entry, tableMfn, level);
    }

    private int getMapped(long entry) {
        long guestMfn = PageTableEntry.mfn(entry);
        int mfn = memory.view().frameOf(guestMfn);
        if (mfn == FrameView.NOT_OURS) {
            return refusal(guestMfn);
        }
        if (!types.getPage(mfn)) {
            return -Errno.EBUSY;
        }
        if (isWritable(entry) && types.getType(mfn, FrameType.WRITABLE) < 0) {
            types.putPage(mfn);
            return -Errno.EBUSY;
        }
        return 0;
    }

    /** Somebody else's RAM, or I/O space that no domain here may map. */
    private int refusal(long guestMfn) {
        if (memory.view().isRam(guestMfn)) {
            return -Errno.EBUSY;
        }
        return guestMfn == INVALID_MFN ? -Errno.EINVAL : -Errno.EPERM;
    }

    /** The same for DOMID_IO as the foreign domain: only I/O space may be mapped, and none is granted. */
    int refuseAsIo(long entry) {
        if (!EntryFlags.isAllowed(entry, 1)) {
            return -Errno.EINVAL;
        }
        return refusal(PageTableEntry.mfn(entry));
    }

    private int getTable(long entry, int tableMfn, int level) {
        int result = types.getPageAndType(PageTableEntry.mfn(entry), level - 1);
        if (result == -Errno.EINVAL && linear.get(entry, tableMfn, level)) {
            return 0;
        }
        return result;
    }

    /** Gives back what a present entry refers to. */
    void put(long entry, int tableMfn, int level) {
        int mfn = memory.view().frameOfValidated(PageTableEntry.mfn(entry));
        if (level == 1) {
            if (isWritable(entry)) {
                types.putType(mfn);
            }
            types.putPage(mfn);
        } else if (mfn != tableMfn) {
            types.putType(mfn, tableMfn);
            types.putPage(mfn);
        }
    }
}
