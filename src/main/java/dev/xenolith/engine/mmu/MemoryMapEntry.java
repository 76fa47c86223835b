package dev.xenolith.engine.mmu;

/** An entry of a domain's E820 map; types as in {@code MemoryOp.E820Entry}. */
public record MemoryMapEntry(long address, long bytes, int type) {}
