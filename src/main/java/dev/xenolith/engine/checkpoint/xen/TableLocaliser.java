package dev.xenolith.engine.checkpoint.xen;

import static dev.xenolith.engine.abi.PageTableEntry.ENTRIES;
import static dev.xenolith.engine.abi.PageTableEntry.MFN_MASK;
import static dev.xenolith.engine.abi.PageTableEntry.isPresent;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.stream.PageData;
import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Undoes the saver's normalisation ({@code x86_pv_localise_page}): in each table, whether pinned, in use or neither, a
 * present entry names a pfn and gets the frame of that pfn. A pfn that has none yet gets one of zeroes, as in libxc;
 * one beyond the p2m is damage. Flags stay as they are: they are judged when the table is validated.
 */
final class TableLocaliser {

    private final XenImage image;
    private final XenPages source;
    private final PfnTable pfns;
    private final GuestFrames frames;
    private final DomainMemory memory;
    private final byte[] table = new byte[PageSize.BYTES];
    private final ByteBuffer entries = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);

    TableLocaliser(XenImage image, XenPages source, GuestFrames frames, DomainMemory memory) {
        this.image = image;
        this.source = source;
        this.pfns = image.pfns();
        this.frames = frames;
        this.memory = memory;
    }

    /** All tables of the image; their frames are zero before. */
    void run() {
        pfns.forEachPopulated(pfn -> {
            PageType type = pfns.type(pfn);
            if (type.isTable() && pfns.page(pfn) != PfnTable.NO_PAGE) {
                localise(pfn, type);
            }
        });
    }

    private void localise(long pfn, PageType type) {
        int page = pfns.page(pfn);
        source.read(page, table);
        for (int slot = 0; slot < ENTRIES; slot++) {
            long entry = entries.getLong(slot << 3);
            if (isPresent(entry)) {
                entries.putLong(slot << 3, localise(entry, page, type, slot));
            }
        }
        memory.write(pfns.mfn(pfn), 0, table, 0, table.length);
    }

    private long localise(long entry, int page, PageType type, int slot) {
        long target = PageTableEntry.mfn(entry);
        if (!pfns.contains(target)) {
            throw outside(image, page, type, slot, entry);
        }
        if (!pfns.isPopulated(target)) {
            frames.populateLate(target);
        }
        long mfn = memory.view().guestMfnOf(pfns.mfn(target));
        return (entry & ~MFN_MASK) | (mfn << PageSize.SHIFT);
    }

    static ImageCorruptException outside(XenImage image, int page, PageType type, int slot, long entry) {
        return Damage.of(
                PageData.NAME,
                image.pages().offset(page) + ((long) slot << 3),
                "level " + type.level() + " entry " + slot + " to name a pfn up to "
                        + Damage.hex(image.pfns().pfns() - 1),
                Damage.hex(entry));
    }
}
