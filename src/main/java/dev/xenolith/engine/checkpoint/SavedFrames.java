package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageType;
import java.util.Arrays;

/** The frames of a paused domain in ascending order of the guest's numbers, and what a save writes of each. */
final class SavedFrames {

    private final FrameTable table;
    private final FrameView view;
    private final M2p m2p;
    private final FrameReader reader;
    private final long[] guestMfns;

    SavedFrames(DomainMemory memory) {
        this(memory.machine(), memory.owner(), memory.view(), memory.m2p());
    }

    SavedFrames(Machine machine, FrameOwner owner, FrameView view, M2p m2p) {

        this.table = machine.table();
        this.view = view;
        this.m2p = m2p;
        this.reader = new FrameReader(machine);
        long[] found = new long[owner.pages() + owner.specialPages()];
        int[] count = {0};
        machine.forEachFrame(owner, mfn -> found[count[0]++] = view.guestMfnOf(mfn));
        Arrays.sort(found);
        this.guestMfns = found;
    }

    int count() {
        return guestMfns.length;
    }

    int mfn(int position) {
        return view.frameOf(guestMfns[position]);
    }

    FrameReader reader() {
        return reader;
    }

    /** The entry as far as it is known before the page is written: without offset and checksum. */
    IndexEntry describe(int position) {
        int mfn = mfn(position);
        int type = table.type(mfn);
        PageType pageType;
        if (FrameType.isPageTable(type)) {
            pageType = PageType.table(type, table.has(mfn, FrameFlags.PINNED));
        } else {
            pageType = reader.isZero(mfn) ? PageType.XALLOC : PageType.NOTAB;
        }
        long guestMfn = guestMfns[position];
        return new IndexEntry(
                guestMfn, pageType, m2p.get(guestMfn), 0, 0, flags(mfn), type, table.typeCount(mfn), table.total(mfn));
    }

    /** Linear entries, of which an entry of the index does not tell. */
    int linear(int position) {
        return table.linear(mfn(position));
    }

    private int flags(int mfn) {
        return (table.has(mfn, FrameFlags.ALLOCATED) ? IndexEntry.FLAG_ALLOCATED : 0)
                | (table.has(mfn, FrameFlags.SPECIAL) ? IndexEntry.FLAG_SPECIAL : 0);
    }
}
