package dev.xenolith.engine.machine;

import java.util.Arrays;

/** A map from number to number, neither below 0: one table with linear probing and no objects. */
final class FrameNumbers {

    static final long ABSENT = -1;

    private static final int SMALLEST = 16;

    private long[] keys = new long[SMALLEST];
    private long[] values = new long[SMALLEST];
    private int size;

    FrameNumbers() {
        Arrays.fill(keys, ABSENT);
    }

    void put(long key, long value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int at = slot(key);
        if (keys[at] == ABSENT) {
            keys[at] = key;
            size++;
        }
        values[at] = value;
    }

    long get(long key) {
        if (key < 0) {
            return ABSENT;
        }
        int at = slot(key);
        return keys[at] == ABSENT ? ABSENT : values[at];
    }

    long remove(long key) {
        int at = slot(key);
        if (keys[at] == ABSENT) {
            return ABSENT;
        }
        long value = values[at];
        close(at);
        size--;
        return value;
    }

    /** Fills the gap with what would no longer be found behind it. */
    private void close(int from) {
        int mask = keys.length - 1;
        int gap = from;
        for (int at = gap + 1 & mask; keys[at] != ABSENT; at = at + 1 & mask) {
            int home = hash(keys[at]) & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                keys[gap] = keys[at];
                values[gap] = values[at];
                gap = at;
            }
        }
        keys[gap] = ABSENT;
    }

    /** Where the key is, or where it would go. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int at = hash(key) & mask;
        while (keys[at] != key && keys[at] != ABSENT) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[oldKeys.length * 2];
        Arrays.fill(keys, ABSENT);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != ABSENT) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    /** Spreads numbers that come in runs over a power-of-two table. */
    private static int hash(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32);
    }
}
