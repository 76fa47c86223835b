package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.Finding;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.SuspensionUnsoundException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A suspended guest's memory as Xen's stream has it: page by page in order of pfn, page tables naming pfns instead of
 * frames. A pfn for which the p2m names no frame of the domain has no page ({@code XTAB}), as after ballooning.
 *
 * <p>All of it follows {@code normalise_pagetable} of {@code tools/libs/guest/xg_sr_save_x86_pv.c}. An entry that names
 * memory which is not in the p2m would be somebody else's memory where the image is restored, so there is no image.
 */
final class CooperativePages {

    private final DomainMemory memory;
    private final FrameTable table;
    private final GuestP2m p2m;
    private final FrameReader reader;
    private final ByteBuffer canonical =
            ByteBuffer.allocateDirect(PageSize.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    CooperativePages(DomainMemory memory, GuestP2m p2m) {
        this.memory = memory;
        this.table = memory.machine().table();
        this.p2m = p2m;
        this.reader = new FrameReader(memory.machine());
    }

    /** Pfns of the image: 0 to one less. */
    long count() {
        return p2m.size();
    }

    /** The frame behind a pfn, or {@link FrameView#NOT_OURS}. */
    int mfn(long pfn) {
        return memory.frameOf(p2m.entry(pfn));
    }

    PageType type(int mfn) {
        if (mfn == FrameView.NOT_OURS) {
            return PageType.XTAB;
        }
        int type = table.type(mfn);
        if (FrameType.isPageTable(type)) {
            return PageType.table(type, table.has(mfn, FrameFlags.PINNED));
        }
        return reader.isZero(mfn) ? PageType.XALLOC : PageType.NOTAB;
    }

    /** The page's bytes in the image, good until the next call. */
    ByteBuffer bytes(long pfn, int mfn, PageType type) {
        ByteBuffer bytes = reader.bytes(mfn);
        return type.isTable() ? canonical(pfn, bytes.order(ByteOrder.LITTLE_ENDIAN), type.level()) : bytes;
    }

    /** The pfn of a frame that the guest names, which must be in its p2m. */
    long pfnOf(long guestMfn, String what) {
        if (!p2m.names(guestMfn)) {
            throw outside("%s: expected a frame of the p2m, got mfn 0x%x".formatted(what, guestMfn));
        }
        return memory.m2p().get(guestMfn);
    }

    private ByteBuffer canonical(long pfn, ByteBuffer entries, int level) {
        canonical.clear();
        for (int slot = 0; slot < PageTableEntry.ENTRIES; slot++) {
            long entry = entries.getLong(slot * Long.BYTES);
            if (level == PageTableEntry.LEVELS && PageTableEntry.isXenSlot(slot)) {
                entry = 0;
            } else if (PageTableEntry.isPresent(entry)) {
                entry = canonical(pfn, slot, entry, level);
            }
            canonical.putLong(entry);
        }
        return canonical.flip();
    }

    private long canonical(long pfn, int slot, long entry, int level) {
        long guestMfn = PageTableEntry.mfn(entry);
        if (!p2m.names(guestMfn)) {
            throw outside("page table pfn 0x%x, level %d, entry %d (0x%x): expected a frame of the p2m, got mfn 0x%x"
                    .formatted(pfn, level, slot, entry, guestMfn));
        }
        return PageTableEntry.of(memory.m2p().get(guestMfn), entry & ~PageTableEntry.MFN_MASK);
    }

    private static SuspensionUnsoundException outside(String message) {
        return new SuspensionUnsoundException(
                new SuspendExamination(List.of(new Finding("entry-outside-p2m", message)), List.of()));
    }
}
