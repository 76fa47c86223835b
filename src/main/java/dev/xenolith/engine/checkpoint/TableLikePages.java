package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.mmu.DomainMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks for page tables that the guest did not pin: ordinary pages to the hypervisor, so a save would write the frame
 * numbers in them as they are. A page counts when every word that is not zero reads as an entry that names memory of the
 * domain; ordinary contents fail at the first word or two, which makes a scan of everything cheap.
 */
final class TableLikePages {

    /** Fewer words may be chance. */
    private static final int MIN_ENTRIES = 8;

    /** Bits that no entry of a guest has: 53 to 62. */
    private static final long NEVER_SET = PageTableEntry.AVAILABLE_HIGH & ~PageTableEntry.GUEST_KERNEL;

    private final DomainMemory memory;
    private final FrameTable table;
    private final FrameReader reader;

    TableLikePages(DomainMemory memory) {
        this.memory = memory;
        this.table = memory.machine().table();
        this.reader = new FrameReader(memory.machine());
    }

    void check(Findings warnings) {
        memory.machine().forEachFrame(memory.owner(), mfn -> {
            if (isCandidate(mfn) && looksLikeTable(mfn)) {
                warnings.add(
                        "table-like-page",
                        "mfn 0x%x, pfn 0x%x, is no page table and looks like one"
                                .formatted(
                                        memory.view().guestMfnOf(mfn),
                                        memory.m2p().get(memory.view().guestMfnOf(mfn))));
            }
        });
    }

    private boolean isCandidate(int mfn) {
        int type = table.type(mfn);
        return (type == FrameType.NONE || type == FrameType.WRITABLE)
                && !table.has(mfn, FrameFlags.SPECIAL)
                && !memory.machine().backings().isZero(mfn);
    }

    private boolean looksLikeTable(int mfn) {
        ByteBuffer page = reader.bytes(mfn).order(ByteOrder.LITTLE_ENDIAN);
        int entries = 0;
        for (int at = 0; at < PageSize.BYTES; at += Long.BYTES) {
            long word = page.getLong(at);
            if (word == 0) {
                continue;
            }
            if (!isEntry(word)) {
                return false;
            }
            entries++;
        }
        return entries >= MIN_ENTRIES;
    }

    private boolean isEntry(long word) {
        return PageTableEntry.isPresent(word)
                && (word & NEVER_SET) == 0
                && memory.frameOf(PageTableEntry.mfn(word)) != FrameView.NOT_OURS;
    }
}
