package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.InsufficientMemoryException;
import dev.xenolith.engine.machine.FrameBackings;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.ImagePageCorruptException;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.MemoryState;
import dev.xenolith.engine.mmu.MemoryState.FrameEntry;
import dev.xenolith.engine.mmu.MemoryStates;
import dev.xenolith.engine.stream.PageData;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a domain's memory of the index and of MEMORY: frames under the numbers they had, backed by their pages in the
 * image, of which none is read. Types follow when the vcpus exist; that reads the page tables and nothing else.
 */
final class MemoryRestore implements RestoredMemory {

    private final Facts facts;
    private final PageIndex index;
    private final MemoryState state;

    /** What the image says of the memory besides its frames. */
    record Facts(TransparentHeader header, MemoryContext context) {

        MemoryState state(List<FrameEntry> frames) {
            return new MemoryState(
                    header.guestDomid(),
                    context.maxPages(),
                    context.maximumGpfn(),
                    header.frameLimit(),
                    context.writablePageTables(),
                    context.strictM2p(),
                    context.memoryMap(),
                    frames,
                    context.strayM2p(),
                    context.vcpus());
        }

        void requireSharedInfo(DomainMemory memory) {
            if (memory.frameOf(header.sharedInfoMfn()) == FrameView.NOT_OURS) {
                throw new ImageCorruptException(
                        TransparentHeader.NAME,
                        0,
                        "a shared info frame of the domain's own",
                        "mfn 0x" + Long.toHexString(header.sharedInfoMfn()));
            }
        }
    }

    MemoryRestore(Facts facts, PageIndex index) {
        this.facts = facts;
        this.index = index;
        this.state = facts.state(tables());
    }

    @Override
    public DomainMemory frames(Machine machine, int domid, int source) {
        long needed = index.count();
        if (machine.freeFrames() < needed) {
            throw new InsufficientMemoryException(needed, machine.freeFrames());
        }
        DomainMemory memory = MemoryStates.restoreWithoutFrames(machine, domid, state);
        try {
            FrameBackings backings = machine.backings();
            index.forEach((position, entry) -> {
                if (!memory.allocateKept(entry.guestMfn(), entry.special())) {
                    throw new InsufficientMemoryException(needed, machine.freeFrames());
                }
                if (entry.hasData()) {
                    backings.setImagePage(memory.frameOf(entry.guestMfn()), source, position);
                }
                if (entry.hasPfn()) {
                    memory.setM2p(entry.guestMfn(), entry.pfn());
                }
            });
            facts.requireSharedInfo(memory);
        } catch (IllegalArgumentException e) {
            memory.destroy();
            throw damage(TransparentHeader.NAME, 0, "frame numbers that a domain can have", e);
        } catch (RuntimeException e) {
            memory.destroy();
            throw e;
        }
        return memory;
    }

    /** Pins tables and loads the vcpus' tables. */
    @Override
    public void types(DomainMemory memory) {
        try {
            refuse("page tables that validate", MemoryStates.restoreTypes(memory, state));
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            // Numbers of tables and counts that no domain can have.
            throw damage(ContextRecord.NAME, 0, "page tables that validate", e);
        }
        long frames = (long) memory.owner().pages() + memory.owner().specialPages();
        if (frames != index.count()) {
            throw new ImageCorruptException(PageIndex.NAME, 0, index.count() + " frames", Long.toString(frames));
        }
        index.forEach((position, entry) -> {
            if (!MemoryStates.isLike(memory, frame(entry))) {
                throw new ImageCorruptException(
                        PageIndex.NAME,
                        0,
                        "types and counts as they were saved: " + frame(entry),
                        MemoryStates.now(memory, entry.guestMfn()));
            }
        });
    }

    static FrameEntry frame(IndexEntry entry) {
        return new FrameEntry(
                entry.guestMfn(),
                entry.frameType(),
                entry.typeCount(),
                entry.totalCount(),
                entry.type().pinned(),
                entry.allocated(),
                entry.special(),
                !entry.hasData());
    }

    @Override
    public ImageCorruptException damagedPage(long guestMfn, ImagePageCorruptException cause) {
        long[] offset = {0};
        index.forEach((position, entry) -> offset[0] = entry.guestMfn() == guestMfn ? entry.dataOffset() : offset[0]);
        return damage(PageData.NAME, offset[0], "the page that was saved", cause);
    }

    static ImageCorruptException damage(String record, long offset, String expected, RuntimeException cause) {
        ImageCorruptException damage =
                new ImageCorruptException(record, offset, expected, String.valueOf(cause.getMessage()));
        damage.initCause(cause);
        return damage;
    }

    static void refuse(String expected, List<String> found) {
        if (!found.isEmpty()) {
            throw new ImageCorruptException(PageIndex.NAME, 0, expected, found.getFirst());
        }
    }

    /** What has to be done with more than a number: page tables, and what was given back. */
    private List<FrameEntry> tables() {
        List<FrameEntry> frames = new ArrayList<>();
        index.forEach((position, entry) -> {
            if (entry.type().isTable() || !entry.allocated()) {
                frames.add(frame(entry));
            }
        });
        return frames;
    }
}
