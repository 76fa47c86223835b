package dev.xenolith.engine.machine;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Guest numbers are the ones the domain had where it was saved. Two hash tables with linear probing, from guest number
 * to frame and back, since a page walk looks up four numbers.
 *
 * <p>A frame that the domain gets later has no old number: it gets the one that has been free for longest, or one that the
 * domain never had.
 */
public final class KeptFrameView extends FrameView {

    private static final long EMPTY = -1;

    /** The number expected may come from a file: tables of more frames grow while they are filled. */
    private static final int MAX_EXPECTED = 1 << 18;

    private final Machine machine;
    private final FrameOwner owner;
    private final long limit;

    private long[] guestKeys;
    private int[] frames;
    private int used;
    private final FrameNumbers guestNumbers;
    private final ArrayDeque<Long> freed = new ArrayDeque<>();

    /** Where the search for unused numbers goes on. */
    private long cursor = Machine.FIRST_FRAME;

    /** @param limit one above the highest number that names RAM for this guest */
    public KeptFrameView(Machine machine, FrameOwner owner, long limit, int expectedFrames) {
        this.machine = machine;
        this.owner = owner;
        this.limit = limit;
        int expected = Math.min(expectedFrames, MAX_EXPECTED);
        int capacity = Integer.highestOneBit(Math.max(expected, 16)) << 2;
        guestKeys = new long[capacity];
        Arrays.fill(guestKeys, EMPTY);
        frames = new int[capacity];
        guestNumbers = new FrameNumbers(expected);
    }

    /** Gives a frame the number it has always had for this guest. */
    public void keep(long guestMfn, int mfn) {
        if (guestMfn < 0 || guestMfn >= limit || lookup(guestMfn) != NOT_OURS) {
            throw new IllegalArgumentException("kept mfn 0x" + Long.toHexString(guestMfn) + ": expected one below 0x"
                    + Long.toHexString(limit) + " that names no other frame of the domain");
        }
        int at = slotOf(guestMfn);
        if (at >= 0) {
            frames[at] = mfn;
        } else {
            insert(guestMfn, mfn);
        }
        guestNumbers.put(mfn, guestMfn);
    }

    @Override
    public int frameOf(long guestMfn) {
        int mfn = lookup(guestMfn);
        return mfn != NOT_OURS && machine.owns(owner, mfn) ? mfn : NOT_OURS;
    }

    @Override
    public int frameOfValidated(long guestMfn) {
        return lookup(guestMfn);
    }

    @Override
    public long guestMfnOf(int mfn) {
        return guestNumbers.get(mfn);
    }

    @Override
    public boolean isRam(long guestMfn) {
        return guestMfn >= Machine.FIRST_FRAME && guestMfn < limit;
    }

    @Override
    public long limit() {
        return limit;
    }

    @Override
    public long add(int first, int order) {
        long guestMfn = order == 0 ? longestFree() : NOT_OURS;
        if (guestMfn == NOT_OURS) {
            guestMfn = unused(1L << order);
        }
        for (int i = 0; guestMfn != NOT_OURS && i < 1 << order; i++) {
            keep(guestMfn + i, first + i);
        }
        return guestMfn;
    }

    private long longestFree() {
        Long oldest;
        do {
            oldest = freed.pollFirst();
        } while (oldest != null && lookup(oldest) != NOT_OURS);
        return oldest == null ? NOT_OURS : oldest;
    }

    /** The first of so many numbers in a row that name nothing, aligned to their count; goes round once. */
    private long unused(long count) {
        long blocks = limit / count;
        long block = (cursor + count - 1) / count;
        for (long tried = 0; tried < blocks; tried++, block++) {
            if (block >= blocks) {
                block = (Machine.FIRST_FRAME + count - 1) / count;
            }
            if (isUnused(block * count, count)) {
                cursor = (block + 1) * count;
                return block * count;
            }
        }
        return NOT_OURS;
    }

    private boolean isUnused(long from, long count) {
        long at = from;
        while (at < from + count && lookup(at) == NOT_OURS) {
            at++;
        }
        return at == from + count && from + count <= limit;
    }

    @Override
    public void replaced(int from, int to) {
        long guestMfn = guestNumbers.remove(from);
        frames[slotOf(guestMfn)] = to;
        guestNumbers.put(to, guestMfn);
    }

    @Override
    public void remove(int mfn) {
        long guestMfn = guestNumbers.remove(mfn);
        if (guestMfn != FrameNumbers.ABSENT) {
            frames[slotOf(guestMfn)] = NOT_OURS;
            freed.addLast(guestMfn);
        }
    }

    private int lookup(long guestMfn) {
        int at = slotOf(guestMfn);
        return at < 0 ? NOT_OURS : frames[at];
    }

    private int slotOf(long guestMfn) {
        int mask = guestKeys.length - 1;
        if (guestMfn < 0) {
            return -1;
        }
        for (int at = FrameNumbers.hash(guestMfn) & mask; ; at = at + 1 & mask) {
            long key = guestKeys[at];
            if (key == guestMfn) {
                return at;
            }
            if (key == EMPTY) {
                return -1;
            }
        }
    }

    private void insert(long guestMfn, int mfn) {
        if (used * 2 >= guestKeys.length) {
            rehash();
        }
        int mask = guestKeys.length - 1;
        int at = FrameNumbers.hash(guestMfn) & mask;
        while (guestKeys[at] != EMPTY) {
            at = at + 1 & mask;
        }
        guestKeys[at] = guestMfn;
        frames[at] = mfn;
        used++;
    }

    private void rehash() {
        long[] oldKeys = guestKeys;
        int[] oldFrames = frames;
        guestKeys = new long[oldKeys.length * 2];
        Arrays.fill(guestKeys, EMPTY);
        frames = new int[oldKeys.length * 2];
        used = 0;
        for (int at = 0; at < oldKeys.length; at++) {
            if (oldKeys[at] >= 0) {
                insert(oldKeys[at], oldFrames[at]);
            }
        }
    }
}
