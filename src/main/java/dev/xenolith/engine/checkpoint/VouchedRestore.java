package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.machine.FrameBackings;
import dev.xenolith.engine.machine.FrameBlock;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryState;
import dev.xenolith.engine.mmu.MemoryStates;
import dev.xenolith.engine.stream.PageData;
import java.util.List;

/**
 * Makes a domain's memory of an image that we wrote ourselves, by its voucher. Blocks of frames are given whole, without a
 * look at the index; the few frames between them one by one. No page table is read: types and counts are what they were.
 */
final class VouchedRestore implements RestoredMemory {

    private final MemoryRestore.Facts facts;
    private final Voucher voucher;
    private final long count;
    private final VouchedFrames frames;

    VouchedRestore(MemoryRestore.Facts facts, PageIndex index, Voucher voucher) {
        this.facts = facts;
        this.voucher = voucher;
        this.count = index.count();
        this.frames = new VouchedFrames(index, voucher);
    }

    @Override
    public DomainMemory frames(Machine machine, int domid, int source) {
        if (machine.freeFrames() < count) {
            throw new InsufficientMemoryException(count, machine.freeFrames());
        }
        DomainMemory memory = MemoryStates.restoreCounted(machine, domid, facts.state(List.of()));
        try {
            new Making(memory, source).run();
            facts.requireSharedInfo(memory);
        } catch (ImagePageCorruptException e) {
            memory.destroy();
            throw damagedPage(Machine.NO_FRAME, e);
        } catch (IllegalArgumentException e) {
            memory.destroy();
            throw MemoryRestore.damage(TransparentHeader.NAME, 0, "frame numbers that a domain can have", e);
        } catch (RuntimeException | OutOfMemoryError e) {
            memory.destroy();
            throw e;
        }
        return memory;
    }

    /** The frames of one domain. */
    private final class Making {

        private final DomainMemory memory;
        private final M2p m2p;
        private final int source;
        private boolean anyWhole = true;

        Making(DomainMemory memory, int source) {
            this.memory = memory;
            this.m2p = memory.m2p();
            this.source = source;
        }

        void run() {
            List<Voucher.Stretch> stretches = voucher.stretches();
            for (int i = 0; i < stretches.size(); i++) {
                if (stretches.get(i).isBlock()) {
                    m2p.defer(
                            frames,
                            stretches.get(i).guestMfn(),
                            stretches.get(i).count());
                }
            }
            for (int i = 0; i < stretches.size(); i++) {
                if (!stretches.get(i).isBlock() || !keepWhole(i, stretches.get(i))) {
                    keepEach(i);
                }
            }
            facts.context().strayM2p().forEach(entry -> memory.setM2p(entry.guestMfn(), entry.pfn()));
        }

        private boolean keepWhole(int stretch, Voucher.Stretch block) {
            FrameBlock content = new FrameBlock(frames, stretch, source, block.special());
            anyWhole = anyWhole && MemoryStates.keep(memory, block.guestMfn(), content);
            return anyWhole;
        }

        private void keepEach(int stretch) {
            IndexEntry[] entries = frames.entries(stretch);
            FrameBackings backings = memory.machine().backings();
            for (int i = 0; i < entries.length; i++) {
                IndexEntry entry = entries[i];
                if (!MemoryStates.keep(memory, MemoryRestore.frame(entry), frames.linear(entry.guestMfn()))) {
                    throw new InsufficientMemoryException(
                            count, memory.machine().freeFrames());
                }
                if (entry.hasData()) {
                    backings.setImagePage(memory.frameOf(entry.guestMfn()), source, frames.position(stretch) + i);
                }
                if (entry.hasPfn()) {
                    memory.setM2p(entry.guestMfn(), entry.pfn());
                }
            }
        }
    }

    @Override
    public void types(DomainMemory memory) {
        MemoryState state = facts.state(List.of());
        try {
            List<String> refused = MemoryStates.adoptTables(memory, state);
            MemoryRestore.refuse("tables of vcpus as they were saved", refused);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw MemoryRestore.damage(ContextRecord.NAME, 0, "tables of vcpus as they were saved", e);
        }
    }

    @Override
    public ImageCorruptException damagedPage(long guestMfn, ImagePageCorruptException cause) {
        long offset = frames.pageOffset(guestMfn);
        return offset > 0
                ? MemoryRestore.damage(PageData.NAME, offset, "the page that was saved", cause)
                : MemoryRestore.damage(PageIndex.NAME, 0, "the entries that were saved", cause);
    }
}
