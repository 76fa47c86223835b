package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.PageType;
import dev.xenolith.engine.stream.PageWord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.StreamLimits;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * XENOLITH_PAGE_INDEX: every frame of the domain, ascending by guest mfn, with where its page stands and its checksum.
 * A restore needs nothing else of the pages.
 *
 * <pre>
 *   0          u64  count
 *   8          {@link IndexEntry}[count], 40 bytes each
 *   8+40*count u32  CRC32C of all before
 *              u32  reserved
 * </pre>
 */
final class PageIndex {

    static final String NAME = "XENOLITH_PAGE_INDEX";
    static final int HEADER_BYTES = 8;
    static final int TRAILER_BYTES = 8;
    static final long ENTRIES_MAX = (StreamLimits.RECORD_LENGTH_MAX - HEADER_BYTES - TRAILER_BYTES) / IndexEntry.BYTES;

    private static final int WINDOW = 1024;

    private final ImageBytes image;
    private final RecordEntry record;
    private final long count;

    private PageIndex(ImageBytes image, RecordEntry record, long count) {
        this.image = image;
        this.record = record;
        this.count = count;
    }

    @FunctionalInterface
    interface Visitor {
        void entry(long index, IndexEntry entry);
    }

    static long bodyBytes(long count) {
        return HEADER_BYTES + count * IndexEntry.BYTES + TRAILER_BYTES;
    }

    /** Reads the whole index once: its length, its checksum, and that every entry is one a save could have written. */
    static PageIndex open(ImageBytes image, RecordEntry record, long frames) {
        PageIndex index = unread(image, record, frames);
        index.check();
        return index;
    }

    /** Checks the length only: whoever reads entries has another way to know that they are sound. */
    static PageIndex unread(ImageBytes image, RecordEntry record, long frames) {
        if (record.length() != bodyBytes(frames)) {
            throw damage(record.offset(), "a body of " + bodyBytes(frames) + " bytes", record.length() + " bytes");
        }
        long count = image.read(NAME, record.bodyOffset(), HEADER_BYTES).getLong();
        if (count != frames) {
            throw damage(record.bodyOffset(), frames + " entries, as the header says", Long.toUnsignedString(count));
        }
        return new PageIndex(image, record, count);
    }

    long count() {
        return count;
    }

    /** Shows all entries, ascending by guest mfn. */
    void forEach(Visitor visitor) {
        for (long first = 0; first < count; first += WINDOW) {
            int some = (int) Math.min(WINDOW, count - first);
            ByteBuffer window = image.read(NAME, offsetOf(first), some * IndexEntry.BYTES);
            for (int i = 0; i < some; i++) {
                visitor.entry(first + i, decode(window, first + i));
            }
        }
    }

    /** Reads one entry again from the image. */
    IndexEntry entry(long index) {
        return decode(image.read(NAME, offsetOf(index), IndexEntry.BYTES), index);
    }

    /** Reads entries in a row, if their bytes have this checksum. */
    IndexEntry[] entries(long first, int some, int crc32c) {
        ByteBuffer window = image.read(NAME, offsetOf(first), some * IndexEntry.BYTES);
        int got = crc32c(window.duplicate());
        if (got != crc32c) {
            throw damage(offsetOf(first), "CRC32C 0x" + Integer.toHexString(crc32c), "0x" + Integer.toHexString(got));
        }
        IndexEntry[] entries = new IndexEntry[some];
        for (int i = 0; i < some; i++) {
            entries[i] = decode(window, first + i);
        }
        return entries;
    }

    private static int crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** The checksum that the index says it has. */
    int checksum() {
        return image.read(NAME, offsetOf(count), Integer.BYTES).getInt();
    }

    private IndexEntry decode(ByteBuffer bytes, long index) {
        int at = bytes.position();
        IndexEntry entry = IndexEntry.decode(bytes);
        if (entry == null) {
            throw damage(offsetOf(index), "a page type that exists", "" + PageWord.typeCode(bytes.getLong(at)));
        }
        return entry;
    }

    private long offsetOf(long index) {
        return record.bodyOffset() + HEADER_BYTES + index * IndexEntry.BYTES;
    }

    /** The checksum, and each entry on the way. */
    private void check() {
        CRC32C crc = new CRC32C();
        crc.update(image.read(NAME, record.bodyOffset(), HEADER_BYTES));
        long previous = -1;
        for (long first = 0; first < count; first += WINDOW) {
            int some = (int) Math.min(WINDOW, count - first);
            ByteBuffer window = image.read(NAME, offsetOf(first), some * IndexEntry.BYTES);
            crc.update(window.duplicate());
            for (int i = 0; i < some; i++) {
                IndexEntry entry = decode(window, first + i);
                checkEntry(entry, offsetOf(first + i), previous);
                previous = entry.guestMfn();
            }
        }
        int expected = checksum();
        if ((int) crc.getValue() != expected) {
            throw damage(
                    record.offset(),
                    "CRC32C 0x" + Integer.toHexString(expected),
                    "0x" + Long.toHexString(crc.getValue()));
        }
    }

    private void checkEntry(IndexEntry entry, long offset, long previous) {
        require(entry.guestMfn() > previous, offset, "ascending guest mfns", entry.guestMfn());
        require(entry.guestMfn() <= StreamLimits.PFN_MAX, offset, "a guest mfn of 32 bits", entry.guestMfn());
        require((entry.flags() & ~IndexEntry.FLAGS_ALL) == 0, offset, "flags within 0x3", entry.flags());
        require(entry.coherent(), offset, "a frame type that fits its page type", entry.frameType());
        checkData(entry, offset);
    }

    private void checkData(IndexEntry entry, long offset) {
        if (entry.type() == PageType.XALLOC) {
            require(!entry.hasData(), offset, "no bytes for a page of zeroes", entry.dataOffset());
            return;
        }
        require(
                entry.type().hasData(),
                offset,
                "a page with bytes or of zeroes",
                entry.type().code());
        boolean inside = entry.dataOffset() > 0 && entry.dataOffset() <= record.offset() - PageSize.BYTES;
        require(inside, offset, "a page's bytes before the index", entry.dataOffset());
    }

    private static void require(boolean holds, long offset, String expected, long got) {
        if (!holds) {
            throw damage(offset, expected, Long.toString(got));
        }
    }

    private static ImageCorruptException damage(long offset, String expected, String got) {
        return new ImageCorruptException(NAME, offset, expected, got);
    }
}
