package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.Machine;

/**
 * The parts of putting one frame in another's place under a domain at rest. Each part has its opposite, so that a caller
 * can stop anywhere and go back; the order is the caller's to keep.
 *
 * <p>Types make this delicate: when the last use of a page table goes, it is demoted with all that hangs on it, which for
 * the table of a kernel's direct map is half the domain. So the replacement {@link #hold holds} the frame's type while
 * its uses move over one by one, and when no entry names the old frame any more the new one {@link #inherit inherits} the
 * validated type together with the references its entries hold: those entries are the same ones, copied.
 */
public final class FrameReplacement {

    private final DomainMemory memory;
    private final Machine machine;
    private final FrameTable table;
    private final int old;
    private int fresh = Machine.NO_FRAME;

    /** Type of the old frame before anything was touched. */
    private final int type;

    private final boolean typed;
    private final boolean pinned;

    public FrameReplacement(DomainMemory memory, int old) {
        this.memory = memory;
        this.old = old;
        machine = memory.machine();
        table = machine.table();
        type = table.type(old);
        typed = table.typeCount(old) > 0;
        pinned = table.has(old, FrameFlags.PINNED);
    }

    public int type() {
        return type;
    }

    public int old() {
        return old;
    }

    /** The new frame, once allocated. */
    public int fresh() {
        return fresh;
    }

    // --- a reference of the replacement's own

    public void hold() {
        use(old, 1, typed ? 1 : 0);
    }

    public void letGo() {
        use(old, -1, typed ? -1 : 0);
    }

    // --- pin

    public boolean isPinned() {
        return pinned;
    }

    public void unpin(int mfn) {
        table.lower(mfn, FrameFlags.PINNED);
        use(mfn, -1, -1);
    }

    public void pin(int mfn) {
        table.raise(mfn, FrameFlags.PINNED);
        use(mfn, 1, 1);
    }

    // --- entries

    /** Makes a present entry that names a frame not present, all its other bits kept. */
    public void clearEntry(int tableMfn, int slot, long entry) {
        clearEntry(tableMfn, slot, entry, old);
    }

    /** The same when {@link #setEntry} had made it name {@code target}; it is left as it was before that. */
    public void clearEntry(int tableMfn, int slot, long entry, int target) {
        machine.gate().putLong(tableMfn, slot << 3, entry & ~PageTableEntry.PRESENT);
        countEntry(tableMfn, entry, target, -1);
    }

    /** Makes the entry present again, naming {@code target}, with the bits it had. */
    public void setEntry(int tableMfn, int slot, long entry, int target) {
        countEntry(tableMfn, entry, target, 1);
        machine.gate().putLong(tableMfn, slot << 3, renamed(entry, target));
    }

    private long renamed(long entry, int target) {
        return PageTableEntry.of(memory.view().guestMfnOf(target), entry & ~PageTableEntry.MFN_MASK);
    }

    private void countEntry(int tableMfn, long entry, int target, int change) {
        int level = table.type(tableMfn);
        if (level == FrameType.L1) {
            use(target, change, PageTableEntry.isWritable(entry) ? change : 0);
        } else if (target == tableMfn) {
            // A table that names itself holds no reference to itself.
            return;
        } else {
            use(target, change, change);
            if (table.type(target) == level) {
                table.setLinear(tableMfn, table.linear(tableMfn) + change);
                table.setLinear(target, table.linear(target) - change);
            }
        }
    }

    // --- what else may refer to the old frame

    /** References that {@link #moveHolders} will move: base tables, descriptor tables, and those held by others. */
    private int holders() {
        int count = memory.held().allUses(old);
        for (VcpuMmu vcpu : memory.vcpus()) {
            count += vcpu.baseUses(old) + vcpu.descriptors().usesOf(old);
        }
        return count;
    }

    private int typedHolders() {
        int count = memory.held().writableUses(old);
        for (VcpuMmu vcpu : memory.vcpus()) {
            count += vcpu.baseUses(old) + vcpu.descriptors().usesOf(old);
        }
        return count;
    }

    /** References, beyond the allocation, the replacement's own and the known holders. Anything but 0 is unexplained. */
    public int unexplainedReferences() {
        return table.total(old) - 2 - holders();
    }

    /** The same for the type: an entry that writes, or that uses the frame as a table, has been missed. */
    public int unexplainedUses() {
        return table.typeCount(old) - (typed ? 1 : 0) - typedHolders();
    }

    // --- the new frame

    /** Takes a frame for the contents; false when the host has none. */
    public boolean allocate() {
        fresh = memory.allocateInExchange(0);
        return fresh != Machine.NO_FRAME;
    }

    public void giveFreshBack() {
        memory.giveBack(fresh);
        fresh = Machine.NO_FRAME;
    }

    public void copy() {
        machine.gate().copyFrame(fresh, old);
    }

    /** The new frame takes the validated type, and with it what its entries refer to. */
    public void inherit() {
        if (typed) {
            table.setType(fresh, type, 1);
            table.setTotal(fresh, table.total(fresh) + 1);
            table.setLinear(fresh, table.linear(old));
            table.setLinear(old, 0);
        }
    }

    public void disinherit() {
        if (typed) {
            table.setLinear(old, table.linear(fresh));
            table.setLinear(fresh, 0);
            table.setTotal(fresh, table.total(fresh) - 1);
            table.setType(fresh, FrameType.NONE, 0);
        }
    }

    /** The vcpus' base and descriptor tables, and every page that the engine holds: references, counts and names. */
    public void moveHolders(int from, int to) {
        int writable = memory.held().writableUses(from);
        int plain = memory.held().allUses(from) - writable;
        memory.held().moved(from, to);
        move(from, to, writable + plain, writable);
    }

    public void moveBaseTables(int from, int to) {
        for (VcpuMmu vcpu : memory.vcpus()) {
            int uses = vcpu.baseUses(from);
            vcpu.replaceBase(from, to);
            move(from, to, uses, uses);
        }
    }

    public void moveDescriptorTables(int from, int to) {
        for (VcpuMmu vcpu : memory.vcpus()) {
            int uses = vcpu.descriptors().usesOf(from);
            vcpu.descriptors().replace(from, to);
            move(from, to, uses, uses);
        }
    }

    private void move(int from, int to, int references, int uses) {
        if (references != 0) {
            use(to, references, uses);
            use(from, -references, -uses);
        }
    }

    /** Drops the replacement's own references: the new frame stands by its uses, the old one has none left. */
    public void settle() {
        letGo();
        if (typed) {
            use(fresh, -1, -1);
        }
    }

    public void unsettle() {
        if (typed) {
            use(fresh, 1, 1);
        }
        hold();
    }

    /** The old frame goes offline. Nothing can be undone after this. */
    public void finish() {
        memory.giveBack(old);
    }

    /** Every translation that any vcpu knows goes. */
    public void flush() {
        memory.shootdown().flushAll();
    }

    private void use(int mfn, int references, int uses) {
        int total = table.total(mfn) + references;
        int count = table.typeCount(mfn) + uses;
        if (total < 1 || count < 0) {
            throw new IllegalStateException(
                    "references of mfn 0x" + Integer.toHexString(mfn) + ": got " + total + ", of them typed " + count);
        }
        table.setTotal(mfn, total);
        if (uses != 0) {
            table.setType(mfn, count == 0 ? FrameType.NONE : type, count);
        }
    }
}
