package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ENTRIES;
import static dev.xenolith.engine.abi.PageTableEntry.isPresent;
import static dev.xenolith.engine.abi.PageTableEntry.isWritable;
import static dev.xenolith.engine.abi.PageTableEntry.isXenSlot;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;
import java.util.ArrayList;
import java.util.List;

/**
 * Recomputes every count of a quiescent domain from what refers to its frames, and says where it differs from the frame
 * table. It trusts nothing that the counts were made from: only pins, base tables, descriptor tables, held references and
 * the bytes of the tables.
 *
 * <pre>
 *   total      = allocation + pin + entries that name it + base tables + GDT and LDT + held
 *   type count = pin + entries that need the type + base tables + GDT and LDT + held writable + Xen's own
 * </pre>
 */
final class InvariantCheck {

    /** Enough to understand what is wrong. */
    private static final int MAX_VIOLATIONS = 100;

    private final DomainMemory memory;
    private final Machine machine;
    private final FrameTable table;
    private final List<String> violations = new ArrayList<>();
    private final List<Integer> frames = new ArrayList<>();

    /** Recomputed counts, by mfn less the lowest of the domain. */
    private int lowest;

    private int[] totals = {};
    private int[] uses = {};
    private int[] useTypes = {};
    private int[] linears = {};

    InvariantCheck(DomainMemory memory) {
        this.memory = memory;
        machine = memory.machine();
        table = machine.table();
    }

    List<String> run() {
        machine.forEachFrame(memory.owner(), frames::add);
        makeRoom();
        frames.forEach(this::countOwn);
        frames.forEach(this::countEntries);
        memory.vcpus().forEach(this::countVcpu);
        memory.held().forEach(this::countHeld);
        frames.forEach(this::compare);
        comparePages();
        return violations;
    }

    private void makeRoom() {
        lowest = frames.stream().mapToInt(mfn -> mfn).min().orElse(0);
        int span = frames.stream().mapToInt(mfn -> mfn).max().orElse(-1) - lowest + 1;
        totals = new int[span];
        uses = new int[span];
        useTypes = new int[span];
        linears = new int[span];
    }

    private void countOwn(int mfn) {
        int flags = table.flags(mfn);
        if ((flags & FrameFlags.ALLOCATED) != 0) {
            totals[mfn - lowest]++;
            if ((flags & FrameFlags.SPECIAL) != 0) {
                use(mfn, FrameType.WRITABLE, 1);
            }
        }
        if ((flags & FrameFlags.PINNED) != 0) {
            totals[mfn - lowest]++;
            if (FrameType.isPageTable(table.type(mfn))) {
                use(mfn, table.type(mfn), 1);
            } else {
                report(mfn, "is pinned but no page table");
            }
        }
    }

    private void countEntries(int mfn) {
        int level = table.type(mfn);
        if (table.typeCount(mfn) == 0
                || !FrameType.isPageTable(level)
                || machine.backings().isZero(mfn)) {
            return;
        }
        for (int slot = 0; slot < ENTRIES; slot++) {
            long entry = memory.readLong(mfn, slot << 3);
            if (level == FrameType.L4 && isXenSlot(slot)) {
                if (entry != 0) {
                    report(mfn, "has an entry in Xen's slot " + slot);
                }
            } else if (isPresent(entry)) {
                countEntry(mfn, slot, entry, level);
            }
        }
    }

    private void countEntry(int mfn, int slot, long entry, int level) {
        int target = memory.view().frameOf(PageTableEntry.mfn(entry));
        if (target == FrameView.NOT_OURS) {
            report(mfn, "slot " + slot + " names a frame that is not the domain's: " + hex(entry));
            return;
        }
        if (!EntryFlags.isAllowed(entry, level) || EntryFlags.adjust(entry, level) != entry) {
            report(mfn, "slot " + slot + " has bits that no validated entry has: " + hex(entry));
        }
        if (level == 1) {
            totals[target - lowest]++;
            if (isWritable(entry)) {
                use(target, FrameType.WRITABLE, 1);
            }
        } else if (target == mfn || table.type(target) == level) {
            countLinear(mfn, slot, entry, target, level);
        } else {
            totals[target - lowest]++;
            use(target, level - 1, 1);
        }
    }

    private void countLinear(int mfn, int slot, long entry, int target, int level) {
        if (isWritable(entry)) {
            report(mfn, "slot " + slot + " is a linear entry with write rights: " + hex(entry));
        }
        if (target != mfn) {
            totals[target - lowest]++;
            use(target, level, 1);
            linears[mfn - lowest]++;
            linears[target - lowest]--;
        }
    }

    private void countVcpu(VcpuMmu vcpu) {
        countBase(vcpu, vcpu.kernelTable());
        countBase(vcpu, vcpu.userTable());
        for (int mfn : frames) {
            int held = vcpu.descriptors().usesOf(mfn);
            if (held > 0) {
                totals[mfn - lowest] += held;
                use(mfn, FrameType.SEGDESC, held);
            }
        }
    }

    private void countBase(VcpuMmu vcpu, int mfn) {
        if (mfn == 0) {
            return;
        }
        if (!machine.owns(memory.owner(), mfn)) {
            violations.add("vcpu " + vcpu.id() + " has a base table that is not its domain's: mfn " + hex(mfn));
            return;
        }
        totals[mfn - lowest]++;
        use(mfn, FrameType.L4, 1);
    }

    private void countHeld(int mfn, int all) {
        if (!machine.owns(memory.owner(), mfn)) {
            violations.add("a held frame is not the domain's: mfn " + hex(mfn));
            return;
        }
        totals[mfn - lowest] += all;
        int writable = memory.held().writableUses(mfn);
        if (writable > 0) {
            use(mfn, FrameType.WRITABLE, writable);
        }
    }

    private void use(int mfn, int type, int count) {
        int at = mfn - lowest;
        if (uses[at] > 0 && useTypes[at] != type) {
            report(mfn, "is used as " + FrameType.name(useTypes[at]) + " and as " + FrameType.name(type));
        }
        useTypes[at] = type;
        uses[at] += count;
    }

    private void compare(int mfn) {
        int at = mfn - lowest;
        expect(mfn, "total count", totals[at], table.total(mfn));
        expect(mfn, "type count", uses[at], table.typeCount(mfn));
        expect(mfn, "count of linear entries", linears[at], table.linear(mfn));
        int type = uses[at] == 0 ? FrameType.NONE : useTypes[at];
        if (type != table.type(mfn)) {
            report(mfn, "type: expected " + FrameType.name(type) + ", got " + FrameType.name(table.type(mfn)));
        }
        if (table.total(mfn) <= 0) {
            report(mfn, "is owned without a reference");
        }
        if (memory.view().frameOf(memory.view().guestMfnOf(mfn)) != mfn) {
            report(mfn, "is not found by the number its guest knows it by");
        }
    }

    private void comparePages() {
        long normal = frames.stream()
                .filter(mfn -> !table.has(mfn, FrameFlags.SPECIAL))
                .count();
        if (normal != memory.pages()) {
            violations.add("pages of the domain: expected " + normal + ", got " + memory.pages());
        }
    }

    private void expect(int mfn, String what, int expected, int got) {
        if (expected != got) {
            report(mfn, what + ": expected " + expected + ", got " + got);
        }
    }

    private void report(int mfn, String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add("mfn " + hex(mfn) + " (" + FrameType.name(table.type(mfn)) + "): " + what);
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
