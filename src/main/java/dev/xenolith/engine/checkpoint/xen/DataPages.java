package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.abi.PageSize;
import java.util.Arrays;

/**
 * Where the pages of an image stand. Those that have bytes are numbered as they come; pages behind one another make a
 * run, and only runs are kept, so that a domain that runs from its image costs next to no heap for it.
 */
final class DataPages {

    private long[] offsets = new long[16];
    private int[] firsts = new int[16];
    private int runs;
    private int count;

    /** Takes the next page; its number. */
    int add(long offset) {
        if (runs == 0 || offset != end(runs - 1)) {
            if (runs == offsets.length) {
                offsets = Arrays.copyOf(offsets, runs * 2);
                firsts = Arrays.copyOf(firsts, runs * 2);
            }
            offsets[runs] = offset;
            firsts[runs] = count;
            runs++;
        }
        return count++;
    }

    private long end(int run) {
        return offsets[run] + (long) (count - firsts[run]) * PageSize.BYTES;
    }

    /** Told of runs as they come. */
    @FunctionalInterface
    interface RunVisitor {
        void run(int first, int pages, long offset);
    }

    void forEachRun(RunVisitor visitor) {
        for (int run = 0; run < runs; run++) {
            int next = run + 1 < runs ? firsts[run + 1] : count;
            visitor.run(firsts[run], next - firsts[run], offsets[run]);
        }
    }

    int count() {
        return count;
    }

    /** Offset in the file of the page of this number. */
    long offset(int page) {
        if (page < 0 || page >= count) {
            throw new IndexOutOfBoundsException("page of an image: expected 0 to " + (count - 1) + ", got " + page);
        }
        int found = Arrays.binarySearch(firsts, 0, runs, page);
        int run = found >= 0 ? found : -found - 2;
        return offsets[run] + (long) (page - firsts[run]) * PageSize.BYTES;
    }
}
