package dev.xenolith.engine.retire;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;
import java.util.Arrays;

/**
 * Who refers to which frame: the present entries of a domain's validated page tables, and the words of the frame lists by
 * which a toolstack finds the p2m. Made by one scan of a domain at rest; good while nobody but {@link Exchange} changes
 * what was scanned.
 *
 * <pre>
 *   heads[mfn] ─► reference ─next─► reference ─► 0        reference = table id · slot
 *                     │
 *                     └─ frames[table id] = mfn of the table or list page
 * </pre>
 *
 * <p>References name their table by an id, so that a table that moves is one store, however many entries it has.
 */
public final class ReferenceMap {

    /** Told of one reference: the frame of the table, the slot in it. */
    @FunctionalInterface
    public interface Visitor {
        void reference(int tableMfn, int slot);
    }

    private static final int SLOT_SHIFT = 9;
    private static final int SLOT_MASK = (1 << SLOT_SHIFT) - 1;

    private final DomainMemory memory;

    /** Per frame: index of the first reference to it. */
    private final SparseInts heads;

    /** Per frame that is a table or list: its id + 1. */
    private final SparseInts ids;

    private int[] references = new int[1 << 14];
    private int[] nexts = new int[1 << 14];
    private int count;

    /** Frame of each table, and which of them are frame lists. */
    private int[] frames = new int[256];

    private boolean[] isList = new boolean[256];
    private int tables;

    private long entriesRead;

    private ReferenceMap(DomainMemory memory) {
        this.memory = memory;
        heads = new SparseInts(memory.machine().limit());
        ids = new SparseInts(memory.machine().limit());
    }

    /**
     * @param lists frames of the frame-list tree, see {@link P2m#lists}
     */
    public static ReferenceMap scan(DomainMemory memory, int[] lists) {
        ReferenceMap map = new ReferenceMap(memory);
        FrameTable table = memory.machine().table();
        memory.machine().forEachFrame(memory.owner(), mfn -> {
            if (table.typeCount(mfn) > 0 && FrameType.isPageTable(table.type(mfn))) {
                map.scanTable(mfn, table.type(mfn));
            }
        });
        for (int list : lists) {
            map.scanList(list);
        }
        return map;
    }

    private void scanTable(int mfn, int level) {
        if (memory.machine().backings().isZero(mfn)) {
            return;
        }
        int id = addTable(mfn, false);
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            long entry = read(mfn, slot);
            boolean guests = level != FrameType.L4 || !PageTableEntry.isXenSlot(slot);
            if (guests && PageTableEntry.isPresent(entry)) {
                add(memory.view().frameOfValidated(PageTableEntry.mfn(entry)), id, slot);
            }
        }
    }

    private void scanList(int mfn) {
        int id = addTable(mfn, true);
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            int target = memory.view().frameOf(memory.readLong(mfn, slot << 3));
            if (target != FrameView.NOT_OURS) {
                add(target, id, slot);
            }
        }
    }

    private int addTable(int mfn, boolean list) {
        if (tables == frames.length) {
            frames = Arrays.copyOf(frames, tables * 2);
            isList = Arrays.copyOf(isList, tables * 2);
        }
        frames[tables] = mfn;
        isList[tables] = list;
        ids.set(mfn, tables + 1);
        return tables++;
    }

    private void add(int target, int id, int slot) {
        if (++count == references.length) {
            references = Arrays.copyOf(references, count * 2);
            nexts = Arrays.copyOf(nexts, count * 2);
        }
        references[count] = (id << SLOT_SHIFT) | slot;
        nexts[count] = heads.get(target);
        heads.set(target, count);
    }

    /** The page-table entries that name the frame. */
    public void forEachEntry(int mfn, Visitor visitor) {
        forEach(mfn, false, visitor);
    }

    /** The words of frame lists that name the frame. */
    public void forEachListWord(int mfn, Visitor visitor) {
        forEach(mfn, true, visitor);
    }

    private void forEach(int mfn, boolean lists, Visitor visitor) {
        for (int at = heads.get(mfn); at != 0; at = nexts[at]) {
            int id = references[at] >>> SLOT_SHIFT;
            if (isList[id] == lists) {
                visitor.reference(frames[id], references[at] & SLOT_MASK);
            }
        }
    }

    /** What was in one frame is in another now, and all that named the one names the other. */
    public void moved(int from, int to) {
        heads.set(to, heads.get(from));
        heads.set(from, 0);
        int id = ids.get(from);
        if (id != 0) {
            frames[id - 1] = to;
            ids.set(to, id);
            ids.set(from, 0);
        }
    }

    /** An entry as it is now; counted, since reading entries is what an exchange costs. */
    long read(int tableMfn, int slot) {
        entriesRead++;
        return memory.readLong(tableMfn, slot << 3);
    }

    /** Page-table entries read so far: by the scan, and by the exchanges since. */
    public long entriesRead() {
        return entriesRead;
    }

    /** References noted. */
    public int size() {
        return count;
    }
}
