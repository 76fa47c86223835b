package dev.xenolith.engine.build;

/**
 * The page tables of one level that serve one mapping: tables lie together, in the order of the addresses they cover.
 *
 * @param from first address covered, to the full reach of the first table
 * @param to last address covered, inclusive; below {@code from} where an earlier mapping's tables serve already
 */
record TableRange(int level, long from, long to, long pfn, long tables) {

    boolean covers(long address) {
        return tables > 0 && from <= address && address <= to;
    }
}
