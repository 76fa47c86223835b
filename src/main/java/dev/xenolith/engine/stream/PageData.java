package dev.xenolith.engine.stream;

import dev.xenolith.engine.abi.PageSize;
import java.nio.ByteBuffer;

/**
 * PAGE_DATA: a batch of pages, read in windows so that a record of any count costs the same memory.
 *
 * <pre>
 *   0          u32  count, at least 1
 *   4               reserved
 *   8          u64  word[count], see {@link PageWord}
 *   8+8*count       the bytes of each page whose type has data, in the order of the words
 * </pre>
 */
public final class PageData {

    public static final String NAME = "PAGE_DATA";
    public static final int HEADER_BYTES = 8;

    private static final int WINDOW = 1024;

    /** Told of each page in the record's order. */
    @FunctionalInterface
    public interface Visitor {

        /** @param dataOffset of the page's bytes in the file, −1 for a type without data */
        void page(long pfn, PageType type, long dataOffset);
    }

    private PageData() {}

    /** Bytes of the body of a record with that many words and pages of data. */
    public static long bodyBytes(long count, long pagesOfData) {
        return HEADER_BYTES + Long.BYTES * count + PageSize.BYTES * pagesOfData;
    }

    /** How many pages the record describes. */
    public static long count(ImageBytes image, RecordEntry record) {
        Expect.atLeast(NAME, record.offset(), HEADER_BYTES, record.length());
        long count = Integer.toUnsignedLong(
                image.read(NAME, record.bodyOffset(), Integer.BYTES).getInt());
        Expect.that(count > 0, NAME, record.bodyOffset(), "a count of at least 1", count);
        Expect.that(
                HEADER_BYTES + Long.BYTES * count <= record.length(),
                NAME,
                record.bodyOffset(),
                "a count of at most " + (record.length() - HEADER_BYTES) / Long.BYTES,
                count);
        return count;
    }

    /** Checks the whole record's shape, then shows each page to the visitor. */
    public static void read(ImageBytes image, RecordEntry record, Visitor visitor) {
        long count = count(image, record);
        long wordsOffset = record.bodyOffset() + HEADER_BYTES;
        long[] pagesOfData = {0};
        walk(
                image,
                wordsOffset,
                count,
                (word, at) -> pagesOfData[0] += type(word, at).hasData() ? 1 : 0);
        Expect.length(NAME, record.offset(), bodyBytes(count, pagesOfData[0]), record.length());

        long[] data = {wordsOffset + Long.BYTES * count};
        walk(image, wordsOffset, count, (word, at) -> {
            PageType type = type(word, at);
            visitor.page(PageWord.pfn(word), type, type.hasData() ? data[0] : -1);
            data[0] += type.hasData() ? PageSize.BYTES : 0;
        });
    }

    /** Where the first word with a reserved bit set stands; −1 if none has one. */
    static long reservedBitAt(ImageBytes image, RecordEntry record) {
        long[] found = {-1};
        walk(image, record.bodyOffset() + HEADER_BYTES, count(image, record), (word, at) -> {
            if (found[0] < 0 && (word & PageWord.RESERVED_MASK) != 0) {
                found[0] = at;
            }
        });
        return found[0];
    }

    private interface WordVisitor {
        void word(long word, long at);
    }

    private static void walk(ImageBytes image, long wordsOffset, long count, WordVisitor visitor) {
        for (long first = 0; first < count; first += WINDOW) {
            int some = (int) Math.min(WINDOW, count - first);
            long windowOffset = wordsOffset + Long.BYTES * first;
            ByteBuffer words = image.read(NAME, windowOffset, some * Long.BYTES);
            for (int i = 0; i < some; i++) {
                visitor.word(words.getLong(), windowOffset + (long) i * Long.BYTES);
            }
        }
    }

    private static PageType type(long word, long at) {
        PageType type = PageType.of(PageWord.typeCode(word));
        if (type == null) {
            throw Expect.broken(NAME, at, "a page type that exists", Expect.hex(PageWord.typeCode(word)));
        }
        long pfn = PageWord.pfn(word);
        Expect.that(pfn <= StreamLimits.PFN_MAX, NAME, at, "a pfn of at most 32 bits", Expect.hex(pfn));
        return type;
    }
}
