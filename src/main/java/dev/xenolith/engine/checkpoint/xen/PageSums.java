package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.machine.FrameBackings;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * CRC32C of an image's pages, by number. Xen's format has none: where nobody brings them, the first look at a page gives
 * its sum, and every later one must agree.
 */
final class PageSums {

    private final ByteBuffer sums;
    private final BitSet known;

    private PageSums(ByteBuffer sums, BitSet known) {
        this.sums = sums;
        this.known = known;
    }

    /** Nothing is known of the pages yet. */
    static PageSums unknown(int pages) {
        return new PageSums(ByteBuffer.allocate(Integer.BYTES * pages), new BitSet());
    }

    static PageSums known(ByteBuffer sums) {
        BitSet all = new BitSet();
        all.set(0, sums.limit() / Integer.BYTES);
        return new PageSums(sums, all);
    }

    synchronized void learn(int page, MemorySegment bytes) {
        if (!known.get(page)) {
            known.set(page);
            sums.putInt(page * Integer.BYTES, FrameBackings.crc32c(bytes));
        }
    }

    synchronized int of(int page) {
        return sums.getInt(page * Integer.BYTES);
    }
}
