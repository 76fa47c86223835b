package dev.xenolith.engine.hypercall;

import java.util.Map;
import java.util.TreeMap;

/** How often a domain made each hypercall, and which it made that nobody knows. */
final class CallCounts {

    /** As many different unknown numbers as are worth remembering. */
    private static final int MAX_UNKNOWN = 64;

    private final long[] calls = new long[64];
    private final Map<Long, Long> unknown = new TreeMap<>();

    void count(long number) {
        if (number >= 0 && number < calls.length) {
            calls[(int) number]++;
        }
    }

    void unknown(long number) {
        if (unknown.size() < MAX_UNKNOWN || unknown.containsKey(number)) {
            unknown.merge(number, 1L, Long::sum);
        }
    }

    long of(int number) {
        return calls[number];
    }

    Map<Long, Long> unknown() {
        return Map.copyOf(unknown);
    }
}
