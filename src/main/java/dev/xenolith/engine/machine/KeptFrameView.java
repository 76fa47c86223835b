package dev.xenolith.engine.machine;

import java.util.ArrayDeque;

/**
 * Guest numbers are the ones the domain had where it was saved.
 *
 * <p>A frame that the domain gets later has no old number: it gets the one that has been free for longest, or one that the
 * domain never had.
 */
public final class KeptFrameView extends FrameView {

    private final Machine machine;
    private final FrameOwner owner;
    private final long limit;

    private final KeptNumbers numbers = new KeptNumbers();
    private final ArrayDeque<Long> freed = new ArrayDeque<>();

    /** Where the search for unused numbers goes on. */
    private long cursor = Machine.FIRST_FRAME;

    /** @param limit one above the highest number that names RAM for this guest */
    public KeptFrameView(Machine machine, FrameOwner owner, long limit) {
        this.machine = machine;
        this.owner = owner;
        this.limit = limit;
    }

    /** Gives a frame the number it has always had for this guest. */
    public void keep(long guestMfn, int mfn) {
        if (guestMfn < 0 || guestMfn >= limit || lookup(guestMfn) != NOT_OURS) {
            throw new IllegalArgumentException("kept mfn 0x" + Long.toHexString(guestMfn) + ": expected one below 0x"
                    + Long.toHexString(limit) + " that names no other frame of the domain");
        }
        numbers.put(guestMfn, mfn);
    }

    /** The same for frames in a row; their numbers are known to name no others. */
    public void keepAll(long guestMfn, int mfn, int count) {
        if (guestMfn < 0 || guestMfn + count > limit) {
            throw new IllegalArgumentException("kept mfns from 0x" + Long.toHexString(guestMfn)
                    + ": expected them below 0x" + Long.toHexString(limit));
        }
        numbers.putAll(guestMfn, mfn, count);
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
        return numbers.numberOf(mfn);
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
        numbers.put(numbers.remove(from), to);
    }

    @Override
    public void remove(int mfn) {
        long guestMfn = numbers.remove(mfn);
        if (guestMfn != FrameNumbers.ABSENT) {
            freed.addLast(guestMfn);
        }
    }

    private int lookup(long guestMfn) {
        return numbers.frameOf(guestMfn);
    }
}
