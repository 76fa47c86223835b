package dev.xenolith.engine.machine;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Guest numbers are the ones the domain had where it was saved. Two hash tables with linear probing, from guest number
 * to frame and back, since a page walk looks up four numbers.
 *
 * <p>A frame that the domain gets later has no old number: it gets the one that has been free for longest, or a fresh one
 * above all others.
 */
public final class KeptFrameView extends FrameView {

    private static final long EMPTY = -1;

    private final Machine machine;
    private final FrameOwner owner;
    private long limit;

    private long[] guestKeys;
    private int[] frames;
    private int used;
    private final FrameNumbers guestNumbers;
    private final ArrayDeque<Long> freed = new ArrayDeque<>();

    /** @param limit one above the highest number that names RAM for this guest */
    public KeptFrameView(Machine machine, FrameOwner owner, long limit, int expectedFrames) {
        this.machine = machine;
        this.owner = owner;
        this.limit = limit;
        int capacity = Integer.highestOneBit(Math.max(expectedFrames, 16)) << 2;
        guestKeys = new long[capacity];
        Arrays.fill(guestKeys, EMPTY);
        frames = new int[capacity];
        guestNumbers = new FrameNumbers(expectedFrames);
    }

    /** Gives a frame the number it has always had for this guest. */
    public void keep(long guestMfn, int mfn) {
        if (guestMfn < 0 || lookup(guestMfn) != NOT_OURS) {
            throw new IllegalArgumentException("kept mfn 0x" + Long.toHexString(guestMfn)
                    + ": expected one that names no other frame of the domain");
        }
        limit = Math.max(limit, guestMfn + 1);
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
    public long add(int mfn) {
        Long oldest = freed.pollFirst();
        long guestMfn = oldest == null ? limit : oldest;
        keep(guestMfn, mfn);
        return guestMfn;
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
