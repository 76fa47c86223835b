package dev.xenolith.engine.retire;

import java.util.Arrays;

/** An int for each frame of the host, 0 until set, in chunks of which a domain uses few. */
final class SparseInts {

    private static final int SHIFT = 12;
    private static final int MASK = (1 << SHIFT) - 1;
    private static final int[] NONE = {};

    private final int[][] chunks;

    SparseInts(int limit) {
        chunks = new int[(limit >>> SHIFT) + 1][];
        Arrays.fill(chunks, NONE);
    }

    int get(int index) {
        int[] chunk = chunks[index >>> SHIFT];
        return chunk.length == 0 ? 0 : chunk[index & MASK];
    }

    void set(int index, int value) {
        int chunk = index >>> SHIFT;
        if (chunks[chunk].length == 0) {
            chunks[chunk] = new int[1 << SHIFT];
        }
        chunks[chunk][index & MASK] = value;
    }
}
