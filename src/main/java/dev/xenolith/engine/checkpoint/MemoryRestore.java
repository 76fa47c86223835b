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
final class MemoryRestore {

    private final TransparentHeader header;
    private final MemoryContext context;
    private final PageIndex index;
    private final MemoryState state;

    MemoryRestore(TransparentHeader header, MemoryContext context, PageIndex index) {
        this.header = header;
        this.context = context;
        this.index = index;
        this.state = state();
    }

    /** Leaves nothing behind if it throws. */
    DomainMemory frames(Machine machine, int domid, int source) {
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
            requireOwn(memory, "shared info", header.sharedInfoMfn());
        } catch (IllegalArgumentException e) {
            memory.destroy();
            throw damage(TransparentHeader.NAME, 0, "frame numbers that a domain can have", e);
        } catch (RuntimeException e) {
            memory.destroy();
            throw e;
        }
        return memory;
    }

    private static void requireOwn(DomainMemory memory, String what, long guestMfn) {
        if (memory.frameOf(guestMfn) == FrameView.NOT_OURS) {
            throw new ImageCorruptException(
                    TransparentHeader.NAME,
                    0,
                    "a " + what + " frame of the domain's own",
                    "mfn 0x" + Long.toHexString(guestMfn));
        }
    }

    /** Pins tables and loads the vcpus' tables; whoever else held frames holds them by now. */
    void types(DomainMemory memory) {
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

    private static FrameEntry frame(IndexEntry entry) {
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

    ImageCorruptException damagedPage(long guestMfn, ImagePageCorruptException cause) {
        long[] offset = {0};
        index.forEach((position, entry) -> offset[0] = entry.guestMfn() == guestMfn ? entry.dataOffset() : offset[0]);
        return damage(PageData.NAME, offset[0], "the page that was saved", cause);
    }

    private static ImageCorruptException damage(String record, long offset, String expected, RuntimeException cause) {
        ImageCorruptException damage =
                new ImageCorruptException(record, offset, expected, String.valueOf(cause.getMessage()));
        damage.initCause(cause);
        return damage;
    }

    private static void refuse(String expected, List<String> found) {
        if (!found.isEmpty()) {
            throw new ImageCorruptException(PageIndex.NAME, 0, expected, found.getFirst());
        }
    }

    private MemoryState state() {
        List<FrameEntry> frames = new ArrayList<>();
        index.forEach((position, entry) -> {
            if (entry.type().isTable() || !entry.allocated()) {
                frames.add(frame(entry));
            }
        });
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
}
