package dev.xenolith.engine.build;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of virtual addresses that the first page tables map, and the tables added for it.
 *
 * <p>Addresses are the low 48 bits. {@code tables} has one range a level, level 4 first; those of a later mapping cover
 * only what earlier ones do not, and only the first has an L4 ({@code count_pgtables} in {@code xg_dom_x86.c}).
 *
 * @param to last address mapped, inclusive
 * @param pfn what {@code from} maps to
 */
record Mapping(long from, long to, long pfn, List<TableRange> tables) {

    static final long ADDRESS_MASK = (1L << 48) - 1;
    private static final int TOP = 4;

    /** Lays out a mapping of [from, to] whose tables begin at {@code firstTablePfn}. */
    static Mapping of(long from, long to, long pfn, long firstTablePfn, List<Mapping> earlier) {
        long low = from & ADDRESS_MASK;
        long high = to & ADDRESS_MASK;
        List<TableRange> tables = new ArrayList<>();
        long next = firstTablePfn;
        for (int level = TOP; level >= 1; level--) {
            TableRange range = level == TOP ? top(next, earlier.isEmpty()) : below(level, low, high, next, earlier);
            tables.add(range);
            next += range.tables();
        }
        return new Mapping(low, high, pfn, List.copyOf(tables));
    }

    private static TableRange top(long pfn, boolean first) {
        return first ? new TableRange(TOP, 0, ADDRESS_MASK, pfn, 1) : new TableRange(TOP, 0, -1, pfn, 0);
    }

    private static TableRange below(int level, long low, long high, long pfn, List<Mapping> earlier) {
        int bits = reach(level);
        long mask = (1L << bits) - 1;
        long from = low & ~mask;
        long to = high | mask;
        for (Mapping mapping : earlier) {
            TableRange other = mapping.level(level);
            if (other.tables() == 0) {
                continue;
            }
            if (from >= other.from() && to <= other.to()) {
                return new TableRange(level, 0, -1, pfn, 0);
            }
            if (from >= other.from() && from <= other.to()) {
                from = other.to() + 1;
            }
            if (to >= other.from() && to <= other.to()) {
                to = other.from() - 1;
            }
        }
        return new TableRange(level, from, to, pfn, ((to - from) >> bits) + 1);
    }

    /** How many address bits one table of a level covers. */
    static int reach(int level) {
        return 12 + 9 * level;
    }

    TableRange level(int level) {
        return tables.get(TOP - level);
    }

    long tablePages() {
        return tables.stream().mapToLong(TableRange::tables).sum();
    }

    long firstTablePfn() {
        return level(TOP).pfn();
    }

    boolean isTable(long candidate) {
        return candidate >= firstTablePfn() && candidate < firstTablePfn() + tablePages();
    }

    long pages() {
        return ((to - from) >> 12) + 1;
    }
}
