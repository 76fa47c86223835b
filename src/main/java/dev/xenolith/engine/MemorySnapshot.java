package dev.xenolith.engine;

import java.util.Map;

/**
 * Pages of 4 KiB.
 *
 * @param byType owned frames by their type: none, l1, l2, l3, l4, segdesc, writable
 * @param byBacking owned frames by what holds their bytes: zero, ram, shared, image
 */
public record MemorySnapshot(
        long pages, long maxPages, Map<String, Long> byType, Map<String, Long> byBacking, long pinned) {}
