package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.stream.PageType;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many pages of each kind an image has, in the words of {@code SaveResult}. */
final class PageCounts {

    private static final String[] TABLES = {"data", "l1", "l2", "l3", "l4"};

    private final Map<String, Long> counts = new LinkedHashMap<>();

    PageCounts() {
        for (String kind : new String[] {"data", "zero", "l1", "l2", "l3", "l4", "broken"}) {
            counts.put(kind, 0L);
        }
    }

    void add(PageType type) {
        counts.merge(kind(type), 1L, Long::sum);
    }

    Map<String, Long> byKind() {
        return Map.copyOf(counts);
    }

    private static String kind(PageType type) {
        return switch (type) {
            case BROKEN -> "broken";
            case XALLOC, XTAB -> "zero";
            case NOTAB, L1TAB, L2TAB, L3TAB, L4TAB, L1TAB_PIN, L2TAB_PIN, L3TAB_PIN, L4TAB_PIN -> TABLES[type.level()];
        };
    }
}
