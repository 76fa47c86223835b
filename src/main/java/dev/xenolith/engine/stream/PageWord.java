package dev.xenolith.engine.stream;

/**
 * One entry of the array in a PAGE_DATA record.
 *
 * <pre>
 *   63   60 59      52 51                                  0
 *  +-------+----------+-------------------------------------+
 *  | type  | reserved | pfn                                 |
 *  +-------+----------+-------------------------------------+
 * </pre>
 */
public final class PageWord {

    public static final long PFN_MASK = (1L << 52) - 1;
    public static final long RESERVED_MASK = 0xffL << 52;
    private static final int TYPE_SHIFT = 60;

    private PageWord() {}

    public static long of(long pfn, PageType type) {
        if ((pfn & ~PFN_MASK) != 0) {
            throw new IllegalArgumentException("pfn: expected at most 52 bits, got " + Expect.hex(pfn));
        }
        return pfn | (long) type.code() << TYPE_SHIFT;
    }

    public static long pfn(long word) {
        return word & PFN_MASK;
    }

    public static int typeCode(long word) {
        return (int) (word >>> TYPE_SHIFT);
    }
}
