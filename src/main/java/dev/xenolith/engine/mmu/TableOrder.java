package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.mmu.MemoryState.FrameEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order in which a restore validates tables: lower levels first, and within a level those with entries for others of
 * that level last. In any other order an entry could be taken for what it is not: the target of a linear entry, not yet a
 * table of its own level, may well pass as one of the level below.
 *
 * <p>Each table is held until all else holds what it should, and then let go.
 */
final class TableOrder {

    private final DomainMemory memory;
    private final Map<Long, Integer> types = new HashMap<>();
    private final List<FrameEntry> ordered = new ArrayList<>();
    private final Set<Long> refused = new HashSet<>();

    TableOrder(DomainMemory memory, MemoryState state) {
        this.memory = memory;
        for (FrameEntry frame : state.frames()) {
            if (FrameType.isPageTable(frame.type())) {
                types.put(frame.guestMfn(), frame.type());
            }
        }
        for (int level = 1; level <= PageTableEntry.LEVELS; level++) {
            add(state, level, false);
            add(state, level, true);
        }
    }

    List<FrameEntry> frames() {
        return ordered;
    }

    void refuse(long guestMfn) {
        refused.add(guestMfn);
    }

    void release() {
        for (FrameEntry frame : ordered) {
            if (!refused.contains(frame.guestMfn())) {
                memory.types().putPageAndType(memory.frameOf(frame.guestMfn()));
            }
        }
    }

    private void add(MemoryState state, int level, boolean linear) {
        for (FrameEntry frame : state.frames()) {
            if (frame.type() == level && hasLinearEntry(frame) == linear) {
                ordered.add(frame);
            }
        }
    }

    private boolean hasLinearEntry(FrameEntry frame) {
        int mfn = memory.frameOf(frame.guestMfn());
        if (frame.type() == FrameType.L1 || memory.machine().backings().isZero(mfn)) {
            return false;
        }
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            long entry = memory.readLong(mfn, slot << 3);
            long target = PageTableEntry.mfn(entry);
            if (PageTableEntry.isPresent(entry)
                    && target != frame.guestMfn()
                    && types.getOrDefault(target, FrameType.NONE) == frame.type()) {
                return true;
            }
        }
        return false;
    }
}
