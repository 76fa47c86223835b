package dev.xenolith.engine.build;

import java.util.List;

/**
 * The entries of a new domain's page tables. Tables are filled from the layout alone, before any of them has a type, so
 * they are written like data; pinning the L4 then validates the lot.
 */
final class FirstPageTables {

    private static final long PRESENT = 1;
    private static final long WRITABLE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long ACCESSED = 1 << 5;
    private static final long DIRTY = 1 << 6;

    private static final long TABLE_ENTRY = PRESENT | WRITABLE | USER | ACCESSED | DIRTY;
    private static final long PAGE_ENTRY = PRESENT | WRITABLE | ACCESSED;

    /** Receives an entry: table pfn, slot, pfn it points at, flags. */
    @FunctionalInterface
    interface Sink {
        void entry(long tablePfn, int slot, long pfn, long flags);
    }

    private final BootLayout layout;
    private final Sink sink;

    FirstPageTables(BootLayout layout, Sink sink) {
        this.layout = layout;
        this.sink = sink;
    }

    void write() {
        for (Mapping mapping : layout.mappings()) {
            for (int level = 3; level >= 1; level--) {
                writeTables(mapping.level(level));
            }
            for (long page = 0; page < mapping.pages(); page++) {
                writePage(mapping.from() + (page << 12), mapping.pfn() + page);
            }
        }
    }

    /** Enters each table of a range into the table above it. */
    private void writeTables(TableRange range) {
        for (long i = 0; i < range.tables(); i++) {
            long address = range.from() + (i << Mapping.reach(range.level()));
            enter(range.level() + 1, address, range.pfn() + i, TABLE_ENTRY);
        }
    }

    private void writePage(long address, long pfn) {
        // A page-table page mapped writable could not be given a table's type.
        enter(1, address, pfn, layout.isTable(pfn) ? PAGE_ENTRY & ~WRITABLE : PAGE_ENTRY);
    }

    private void enter(int level, long address, long pfn, long flags) {
        int slot = (int) (address >> Mapping.reach(level - 1)) & 511;
        sink.entry(tableFor(layout.mappings(), level, address), slot, pfn, flags);
    }

    private static long tableFor(List<Mapping> mappings, int level, long address) {
        for (Mapping mapping : mappings) {
            TableRange range = mapping.level(level);
            if (range.covers(address)) {
                return range.pfn() + ((address - range.from()) >> Mapping.reach(level));
            }
        }
        throw new IllegalStateException("no L" + level + " table covers 0x" + Long.toHexString(address));
    }
}
