package dev.xenolith.engine.machine;

/**
 * What holds a frame's bytes, in one long.
 *
 * <pre>
 *   63  62        48 47                    0
 *   | 0 |            slot                  |   slot 0: the zero page
 *   | 1 | source id |  page of the source  |   an image page not loaded yet
 * </pre>
 */
final class Backing {

    static final long ZERO = HostRam.ZERO_SLOT;

    static final int MAX_SOURCES = 1 << 15;

    private static final long IMAGE = 1L << 63;
    private static final int SOURCE_SHIFT = 48;
    private static final long PAGE_MASK = (1L << SOURCE_SHIFT) - 1;

    private Backing() {}

    static boolean isImage(long backing) {
        return backing < 0;
    }

    static long image(int source, long page) {
        if ((page & ~PAGE_MASK) != 0) {
            throw new IllegalArgumentException("image page: expected below 2^48, got " + page);
        }
        return IMAGE | (long) source << SOURCE_SHIFT | page;
    }

    static int source(long backing) {
        return (int) (backing >>> SOURCE_SHIFT) & (MAX_SOURCES - 1);
    }

    static long page(long backing) {
        return backing & PAGE_MASK;
    }
}
