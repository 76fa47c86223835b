package dev.xenolith.engine.machine;

/**
 * The free frames, one bit each. Takes the lowest that fits, so that the same requests give the same frames: with a
 * virtual clock a run can be repeated bit for bit.
 */
final class FrameBitmap {

    static final int NONE = -1;

    private final long[] words;
    private int free;

    /** No word below this one has a free frame. */
    private int lowestWord;

    FrameBitmap(int limit) {
        words = new long[(limit + 63) >>> 6];
        lowestWord = words.length;
    }

    int free() {
        return free;
    }

    boolean isFree(int mfn) {
        return (words[mfn >>> 6] & 1L << mfn) != 0;
    }

    void put(int mfn) {
        if (isFree(mfn)) {
            throw new IllegalStateException("freeing mfn 0x" + Integer.toHexString(mfn) + ": it is free");
        }
        words[mfn >>> 6] |= 1L << mfn;
        free++;
        lowestWord = Math.min(lowestWord, mfn >>> 6);
    }

    void remove(int mfn) {
        words[mfn >>> 6] &= ~(1L << mfn);
        free--;
    }

    /** The first of 2^order consecutive free frames, aligned to their number, or {@link #NONE}. They are then taken. */
    int take(int order) {
        while (lowestWord < words.length && words[lowestWord] == 0) {
            lowestWord++;
        }
        int first = order <= 6 ? findWithinWord(order) : findWords(order);
        if (first != NONE) {
            for (int mfn = first; mfn < first + (1 << order); mfn++) {
                remove(mfn);
            }
        }
        return first;
    }

    private int findWithinWord(int order) {
        int run = 1 << order;
        long mask = run == 64 ? -1L : (1L << run) - 1;
        for (int word = lowestWord; word < words.length; word++) {
            long bits = words[word];
            if (bits == 0) {
                continue;
            }
            if (order == 0) {
                return (word << 6) + Long.numberOfTrailingZeros(bits);
            }
            for (int at = 0; at < 64; at += run) {
                if ((bits >>> at & mask) == mask) {
                    return (word << 6) + at;
                }
            }
        }
        return NONE;
    }

    private int findWords(int order) {
        int run = 1 << (order - 6);
        for (int word = (lowestWord + run - 1) & -run; word + run <= words.length; word += run) {
            int full = 0;
            while (full < run && words[word + full] == -1L) {
                full++;
            }
            if (full == run) {
                return word << 6;
            }
        }
        return NONE;
    }
}
