package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;

/** Populates: new frames, in blocks as large as can be had, for pfns in ascending order; p2m and m2p agree on them. */
final class GuestFrames {

    private final DomainMemory memory;
    private final PfnTable pfns;
    private int order = Machine.MAX_ORDER;
    private int next;
    private int left;
    private long missing;

    GuestFrames(DomainMemory memory, PfnTable pfns) {
        this.memory = memory;
        this.pfns = pfns;
    }

    /** A frame for each pfn that is to have one. */
    void populate() {
        missing = pfns.populated();
        pfns.forEachPopulated(pfn -> give(pfn, next()));
    }

    /** A zero frame for a pfn that the stream did not send and a page table refers to. */
    void populateLate(long pfn) {
        pfns.populate(pfn);
        int mfn = memory.allocate(0);
        if (mfn == Machine.NO_FRAME) {
            throw insufficient(1);
        }
        give(pfn, mfn);
    }

    private void give(long pfn, int mfn) {
        pfns.setMfn(pfn, mfn);
        memory.setM2p(memory.view().guestMfnOf(mfn), pfn);
    }

    private int next() {
        if (left == 0) {
            next = block();
            left = 1 << order;
            missing -= left;
        }
        left--;
        return next++;
    }

    private int block() {
        while (1L << order > missing) {
            order--;
        }
        int first = memory.allocate(order);
        while (first == Machine.NO_FRAME) {
            if (order == 0) {
                throw insufficient(missing);
            }
            first = memory.allocate(--order);
        }
        return first;
    }

    private InsufficientMemoryException insufficient(long more) {
        long free = memory.machine().freeFrames();
        return new InsufficientMemoryException(memory.pages() + Math.max(more, free + 1), memory.pages() + free);
    }
}
