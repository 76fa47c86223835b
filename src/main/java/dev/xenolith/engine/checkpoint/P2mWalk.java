package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;

/** Follows page tables to the pages of a p2m that lies in the guest's virtual memory. */
final class P2mWalk {

    /** Address bits below the part that one entry of a level 2 table maps. */
    private static final int L2_SHIFT = 21;

    private final DomainMemory memory;
    private final long root;
    private final long start;

    P2mWalk(DomainMemory memory, long root, long start) {
        this.memory = memory;
        this.root = root;
        this.start = start;
    }

    /** How many of the leaves come before a tail of level 1 tables that are all one and the same. */
    int leavesBeforeTail(int count) throws P2mUnreadableException {
        long lastSlot = (start + (count - 1L) * PageSize.BYTES) >> L2_SHIFT;
        long slot = lastSlot;
        long last = table(lastSlot << L2_SHIFT, 1);
        while (slot > start >> L2_SHIFT && table((slot - 1) << L2_SHIFT, 1) == last) {
            slot--;
        }
        boolean isAllOne = slot == start >> L2_SHIFT;
        return slot == lastSlot || isAllOne ? count : (int) (((slot << L2_SHIFT) - start) / PageSize.BYTES);
    }

    /** The frame of a leaf, by the guest's number. */
    long leaf(int leaf) throws P2mUnreadableException {
        return table(start + (long) leaf * PageSize.BYTES, 0);
    }

    /** What maps {@code va} at this level, by the guest's number: the page itself at level 0. */
    private long table(long va, int level) throws P2mUnreadableException {
        long at = root;
        for (int of = PageTableEntry.LEVELS; of > level; of--) {
            int mfn = memory.frameOf(at);
            if (mfn == FrameView.NOT_OURS) {
                throw new P2mUnreadableException(
                        "p2m: expected a level %d table for address 0x%x in the domain, got mfn 0x%x"
                                .formatted(of, va, at));
            }
            long entry = memory.readLong(mfn, PageTableEntry.index(va, of) << 3);
            at = PageTableEntry.isPresent(entry) ? PageTableEntry.mfn(entry) : 0;
        }
        if (memory.frameOf(at) == FrameView.NOT_OURS) {
            throw new P2mUnreadableException(
                    "p2m: expected a frame of the domain at address 0x%x, got mfn 0x%x".formatted(va, at));
        }
        return at;
    }
}
