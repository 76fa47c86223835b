package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameRecords;
import dev.xenolith.engine.machine.PfnPages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stretches of an image's index, read when the frame table or the m2p of a restored domain asks for them. Lives as
 * long as the domain, so it is arrays: twenty bytes for 2 MiB of memory.
 */
final class VouchedFrames implements FrameRecords, PfnPages {

    private static final int PFNS = PageSize.BYTES / Long.BYTES;

    private final PageIndex index;
    private final long[] guestMfns;
    private final int[] positions;
    private final int[] counts;
    private final int[] checksums;
    private final Map<Long, Integer> linears = new HashMap<>();

    VouchedFrames(PageIndex index, Voucher voucher) {
        List<Voucher.Stretch> stretches = voucher.stretches();
        this.index = index;
        guestMfns = new long[stretches.size()];
        positions = new int[stretches.size()];
        counts = new int[stretches.size()];
        checksums = new int[stretches.size()];
        int position = 0;
        for (int i = 0; i < stretches.size(); i++) {
            guestMfns[i] = stretches.get(i).guestMfn();
            positions[i] = position;
            counts[i] = stretches.get(i).count();
            checksums[i] = stretches.get(i).crc32c();
            position += counts[i];
        }
        voucher.linears().forEach(linear -> linears.put(linear.guestMfn(), linear.count()));
    }

    IndexEntry[] entries(int stretch) {
        return index.entries(positions[stretch], counts[stretch], checksums[stretch]);
    }

    /** The place of a stretch's first entry in the index. */
    int position(int stretch) {
        return positions[stretch];
    }

    int linear(long guestMfn) {
        return linears.getOrDefault(guestMfn, 0);
    }

    @Override
    public void read(int block, Taker taker) {
        IndexEntry[] entries = entries(block);
        for (int place = 0; place < entries.length; place++) {
            IndexEntry entry = entries[place];
            taker.frame(
                    place,
                    flags(entry),
                    entry.frameType(),
                    entry.typeCount(),
                    entry.totalCount(),
                    linear(entry.guestMfn()),
                    entry.hasData() ? (long) positions[block] + place : ZEROES);
        }
    }

    /** Where in the image the page of a frame stands; 0 if it has none there, or if that cannot be read. */
    long pageOffset(long guestMfn) {
        int stretch = at(guestMfn);
        try {
            return Arrays.stream(stretch < guestMfns.length ? entries(stretch) : new IndexEntry[0])
                    .filter(entry -> entry.guestMfn() == guestMfn)
                    .mapToLong(IndexEntry::dataOffset)
                    .findFirst()
                    .orElse(0);
        } catch (ImageCorruptException e) {
            return 0;
        }
    }

    /** The stretch that has the number, if any has, and otherwise one beside it. */
    private int at(long guestMfn) {
        int stretch = Arrays.binarySearch(guestMfns, guestMfn);
        return stretch >= 0 ? stretch : Math.max(0, -stretch - 2);
    }

    private static int flags(IndexEntry entry) {
        return (entry.allocated() ? FrameFlags.ALLOCATED : 0)
                | (entry.special() ? FrameFlags.SPECIAL : 0)
                | (entry.type().pinned() ? FrameFlags.PINNED : 0);
    }

    @Override
    public void read(long page, MemorySegment into) {
        long first = page * PFNS;
        for (int stretch = at(first); stretch < guestMfns.length && guestMfns[stretch] < first + PFNS; stretch++) {
            for (IndexEntry entry : entries(stretch)) {
                long at = entry.guestMfn() - first;
                if (at >= 0 && at < PFNS && entry.hasPfn()) {
                    into.set(ValueLayout.JAVA_LONG, at * Long.BYTES, entry.pfn());
                }
            }
        }
    }
}
