package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.KeptFrameView;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;

/**
 * Gives a new domain its frames: one for each entry of the index, under the number it had, backed by its page in the
 * image. Reads no page.
 *
 * <p>Frames that are not held by the domain's allocation (given back by the guest while still mapped) keep that
 * reference until {@link #dropUnallocated}, when the page tables that hold them have been validated.
 */
final class MemoryRestore {

    private final Machine machine;
    private final FrameOwner owner;
    private final KeptFrameView view;
    private final M2p m2p;
    private final PageIndex index;

    MemoryRestore(Machine machine, FrameOwner owner, KeptFrameView view, M2p m2p, PageIndex index) {
        this.machine = machine;
        this.owner = owner;
        this.view = view;
        this.m2p = m2p;
        this.index = index;
    }

    /** Whoever calls this frees the owner's frames if it throws. */
    void populate(int source) {
        if (machine.freeFrames() < index.count()) {
            throw new InsufficientMemoryException(index.count(), machine.freeFrames());
        }
        index.forEach((position, entry) -> populate(position, entry, source));
    }

    private void populate(long position, IndexEntry entry, int source) {
        int mfn = entry.special() ? machine.allocateSpecial(owner) : machine.allocate(owner, 0);
        if (mfn == Machine.NO_FRAME) {
            throw new InsufficientMemoryException(index.count(), machine.freeFrames());
        }
        view.keep(entry.guestMfn(), mfn);
        if (entry.hasPfn()) {
            m2p.set(entry.guestMfn(), entry.pfn());
        }
        if (entry.hasData()) {
            machine.backings().setImagePage(mfn, source, position);
        }
    }

    /** Frames whose only references come from page tables: they go when the last of those goes. */
    void dropUnallocated() {
        index.forEach((position, entry) -> {
            if (!entry.allocated()) {
                int mfn = view.frameOf(entry.guestMfn());
                machine.table().lower(mfn, FrameFlags.ALLOCATED);
                machine.table().setTotal(mfn, machine.table().total(mfn) - 1);
            }
        });
    }
}
