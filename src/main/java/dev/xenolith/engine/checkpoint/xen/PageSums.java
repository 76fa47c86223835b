package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.machine.FrameBackings;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * CRC32C of an image's pages, by number. Xen's format has none: without sums from elsewhere the first look at a page
 * gives its sum, and every later one must agree.
 */
final class PageSums {

    private final int[] sums;
    private final BitSet known;

    private PageSums(int[] sums, BitSet known) {
        this.sums = sums;
        this.known = known;
    }

    /** Nothing is known of the pages yet. */
    static PageSums unknown(int pages) {
        return new PageSums(new int[pages], new BitSet(pages));
    }

    synchronized void learn(int page, MemorySegment bytes) {
        if (!known.get(page)) {
            known.set(page);
            sums[page] = FrameBackings.crc32c(bytes);
        }
    }

    synchronized int of(int page) {
        return sums[page];
    }

    String expected(int page) {
        return "CRC32C 0x" + Integer.toHexString(of(page));
    }
}
