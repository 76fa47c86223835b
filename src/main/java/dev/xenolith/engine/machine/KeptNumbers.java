package dev.xenolith.engine.machine;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Guest number ⇄ frame of a restored domain. Both are nearly always given in the same order, so a few runs say it all,
 * whatever the size of the domain; what departs from its run since is in tables of single numbers.
 *
 * <pre>
 *   run        guest numbers start, start + 1, …      frames mfn, mfn + 1, …
 *   hole       a number of a run that names its frame no more
 *   single     a number that no run tells of, or a hole that names another frame
 * </pre>
 */
final class KeptNumbers {

    static final int NOT_OURS = FrameView.NOT_OURS;

    /** More runs than this are searched no faster than the tables are. */
    private static final int MAX_RUNS = 64;

    private final long[] starts = new long[MAX_RUNS];
    private final int[] mfns = new int[MAX_RUNS];
    private final int[] lengths = new int[MAX_RUNS];
    private final BitSet[] holes = new BitSet[MAX_RUNS];
    private int runs;

    private final FrameNumbers frameOf = new FrameNumbers();
    private final FrameNumbers numberOf = new FrameNumbers();

    int frameOf(long number) {
        int run = runOf(number);
        if (run >= 0) {
            int at = (int) (number - starts[run]);
            if (!holes[run].get(at)) {
                return mfns[run] + at;
            }
        }
        return (int) frameOf.get(number);
    }

    long numberOf(int mfn) {
        int run = runHolding(mfn);
        return run >= 0 ? starts[run] + (mfn - mfns[run]) : numberOf.get(mfn);
    }

    /** The number names nothing so far, nor does the frame have one. */
    void put(long number, int mfn) {
        if (isNext(number, mfn)) {
            lengths[runs - 1]++;
        } else if (runs < MAX_RUNS && (runs == 0 || number >= endOf(runs - 1)) && frameOf.get(number) == NOT_OURS) {
            begin(number, mfn);
        } else {
            frameOf.put(number, mfn);
            numberOf.put(mfn, number);
        }
    }

    /** So many numbers and frames in a row, of which the same is true; cheaper than one by one while there are few runs. */
    void putAll(long number, int mfn, int count) {
        put(number, mfn);
        if (endsLastRun(number, mfn)) {
            lengths[runs - 1] += count - 1;
            return;
        }
        for (int i = 1; i < count; i++) {
            put(number + i, mfn + i);
        }
    }

    /** Returns the number, or {@link FrameNumbers#ABSENT} if the frame has none. */
    long remove(int mfn) {
        int run = runHolding(mfn);
        if (run >= 0) {
            int at = mfn - mfns[run];
            holes[run].set(at);
            return starts[run] + at;
        }
        long number = numberOf.remove(mfn);
        if (number != FrameNumbers.ABSENT) {
            frameOf.remove(number);
        }
        return number;
    }

    private boolean isNext(long number, int mfn) {
        return runs > 0 && number == endOf(runs - 1) && mfn == mfns[runs - 1] + lengths[runs - 1];
    }

    private boolean endsLastRun(long number, int mfn) {
        int at = runs == 0 ? -1 : lengths[runs - 1] - 1;
        return at >= 0 && starts[runs - 1] + at == number && mfns[runs - 1] + at == mfn && !holes[runs - 1].get(at);
    }

    private void begin(long number, int mfn) {
        starts[runs] = number;
        mfns[runs] = mfn;
        lengths[runs] = 1;
        holes[runs] = new BitSet();
        runs++;
    }

    private long endOf(int run) {
        return starts[run] + lengths[run];
    }

    /** The run that has the number, or −1. */
    private int runOf(long number) {
        int run = Arrays.binarySearch(starts, 0, runs, number);
        run = run >= 0 ? run : -run - 2;
        return run >= 0 && number < endOf(run) ? run : -1;
    }

    /** The run by which the frame has its number, or −1. */
    private int runHolding(int mfn) {
        for (int run = 0; run < runs; run++) {
            int at = mfn - mfns[run];
            if (at >= 0 && at < lengths[run] && !holes[run].get(at)) {
                return run;
            }
        }
        return -1;
    }
}
