package dev.xenolith.engine;

/** One page-table page in use. */
public record PageTableSnapshot(long mfn, long pfn, int level, boolean pinned, int typeCount, int presentEntries) {}
