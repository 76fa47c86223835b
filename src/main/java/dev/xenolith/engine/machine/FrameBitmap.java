package dev.xenolith.engine.machine;

import java.util.Arrays;

/**
 * The free frames, one bit each. Takes the lowest that fits, so that the same requests give the same frames: with a
 * virtual clock a run can be repeated bit for bit.
 */
final class FrameBitmap {

    static final int NONE = -1;

    private static final int BLOCK_ORDER = 9;
    private static final int BLOCK_WORDS = FrameRecords.BLOCK / Long.SIZE;

    private final long[] words;
    private int free;

    /** No word below this one has a free frame. */
    private int lowestWord;

    /** No eight words of a block below this one are all free. */
    private int lowestBlock;

    FrameBitmap(int limit) {
        words = new long[(limit + 63) >>> 6];
        lowestWord = words.length;
        lowestBlock = words.length / BLOCK_WORDS;
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
        lowestBlock = Math.min(lowestBlock, mfn >>> BLOCK_ORDER);
    }

    /** All frames of an aligned block, none of which is free. */
    void putBlock(int first) {
        int word = first >>> 6;
        for (int i = word; i < word + BLOCK_WORDS; i++) {
            if (words[i] != 0) {
                throw new IllegalStateException(
                        "freeing a block at mfn 0x" + Integer.toHexString(first) + ": some of it is free");
            }
        }
        Arrays.fill(words, word, word + BLOCK_WORDS, -1L);
        free += FrameRecords.BLOCK;
        lowestWord = Math.min(lowestWord, word);
        lowestBlock = Math.min(lowestBlock, first >>> BLOCK_ORDER);
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
        if (order == BLOCK_ORDER) {
            return takeBlock();
        }
        int first = order <= 6 ? findWithinWord(order) : findWords(order);
        if (first != NONE) {
            for (int mfn = first; mfn < first + (1 << order); mfn++) {
                remove(mfn);
            }
        }
        return first;
    }

    private int takeBlock() {
        lowestBlock = Math.max(lowestBlock, lowestWord / BLOCK_WORDS);
        for (; (lowestBlock + 1) * BLOCK_WORDS <= words.length; lowestBlock++) {
            int word = lowestBlock * BLOCK_WORDS;
            if (isAllFree(word, BLOCK_WORDS)) {
                Arrays.fill(words, word, word + BLOCK_WORDS, 0);
                free -= FrameRecords.BLOCK;
                return word << 6;
            }
        }
        return NONE;
    }

    private boolean isAllFree(int from, int count) {
        int full = 0;
        while (full < count && words[from + full] == -1L) {
            full++;
        }
        return full == count;
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
            if (isAllFree(word, run)) {
                return word << 6;
            }
        }
        return NONE;
    }
}
