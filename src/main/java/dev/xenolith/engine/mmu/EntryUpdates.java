package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ACCESSED;
import static dev.xenolith.engine.abi.PageTableEntry.DIRTY;
import static dev.xenolith.engine.abi.PageTableEntry.isPresent;
import static dev.xenolith.engine.abi.PageTableEntry.isXenSlot;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Changes one entry of a validated table ({@code mod_l*_entry} in {@code xen/arch/x86/mm.c}): what the new entry refers
 * to is taken before the old is given back, and nothing changes when it is refused.
 */
final class EntryUpdates {

    private final DomainMemory memory;
    private final Machine machine;
    private final TableValidator validator;
    private final MemorySegment ram;

    EntryUpdates(DomainMemory memory) {
        this.memory = memory;
        machine = memory.machine();
        validator = memory.types().validator();
        ram = machine.ram().segment();
    }

    /**
     * @param level the table's type
     * @param preserveAd whether accessed and dirty bits of the old entry stay
     */
    int update(int tableMfn, int slot, long wanted, int level, boolean preserveAd) {
        if (level == 4 && isXenSlot(slot)) {
            return -Errno.EINVAL;
        }
        long old = ram.get(ValueLayout.JAVA_LONG, machine.readOffset(tableMfn) + ((long) slot << 3));
        long kept = preserveAd ? old & (ACCESSED | DIRTY) : 0;
        if (isPresent(wanted)) {
            if (!EntryFlags.isAllowed(wanted, level)) {
                return -Errno.EINVAL;
            }
            long entry = EntryFlags.adjust(wanted, level);
            if (EntryFlags.needsNoValidation(old, entry)) {
                write(tableMfn, slot, entry | kept);
                return 0;
            }
            int result = validator.get(entry, tableMfn, level);
            if (result < 0) {
                return result;
            }
            write(tableMfn, slot, entry | kept);
        } else {
            write(tableMfn, slot, wanted | kept);
        }
        if (isPresent(old)) {
            validator.put(old, tableMfn, level);
            if (level > 1) {
                // A linear mapping may have shown the tables below; and a vcpu may walk them still.
                memory.shootdown().flushAll();
            }
        }
        return 0;
    }

    private void write(int tableMfn, int slot, long entry) {
        machine.gate().putLong(tableMfn, slot << 3, entry);
    }
}
