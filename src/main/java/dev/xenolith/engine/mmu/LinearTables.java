package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameView;

/**
 * Entries that name a table of their own level ({@code get_l*_linear_pagetable} in {@code xen/arch/x86/mm.c}). Read-only,
 * or the guest could write entries through them; free of charge for a table that names itself; otherwise the target must
 * be validated already, may not have such entries itself, and the table that has them may not be a target.
 */
final class LinearTables {

    /** Xen counts in 16 bits. */
    private static final int MAX = Short.MAX_VALUE;

    private final DomainMemory memory;
    private final PageTypes types;
    private final FrameTable table;

    LinearTables(DomainMemory memory, PageTypes types) {
        this.memory = memory;
        this.types = types;
        table = memory.machine().table();
    }

    boolean get(long entry, int tableMfn, int level) {
        if (PageTableEntry.isWritable(entry)) {
            return false;
        }
        int mfn = memory.view().frameOf(PageTableEntry.mfn(entry));
        if (mfn == tableMfn) {
            return true;
        }
        if (mfn == FrameView.NOT_OURS || table.typeCount(mfn) == 0 || table.type(mfn) != level) {
            return false;
        }
        int entries = table.linear(tableMfn);
        int uses = table.linear(mfn);
        if (entries < 0 || entries == MAX || uses > 0 || uses == -MAX || !types.getPage(mfn)) {
            return false;
        }
        if (types.getType(mfn, level) < 0) {
            types.putPage(mfn);
            return false;
        }
        table.setLinear(tableMfn, entries + 1);
        table.setLinear(mfn, uses - 1);
        return true;
    }
}
