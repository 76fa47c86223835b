package dev.xenolith.engine.machine;

/**
 * Guest numbers are host numbers; only the owner is checked.
 *
 * <p>But for pages whose frame was {@link #replaced}: their guest goes on with the old number, so the number of the new
 * frame is one that it does not use. Should a frame whose number is taken so come back to the domain, it gets such an
 * unused number.
 */
public final class IdentityFrameView extends FrameView {

    private final Machine machine;
    private final FrameOwner owner;

    /** Guest number → frame, and back, for replaced frames only. */
    private final FrameNumbers frames = new FrameNumbers();

    private final FrameNumbers names = new FrameNumbers();
    private int exceptions;

    public IdentityFrameView(Machine machine, FrameOwner owner) {
        this.machine = machine;
        this.owner = owner;
    }

    @Override
    public int frameOf(long guestMfn) {
        if (guestMfn < 0 || guestMfn >= machine.limit()) {
            return NOT_OURS;
        }
        int mfn = (int) guestMfn;
        if (exceptions > 0) {
            long other = frames.get(mfn);
            if (other == FrameNumbers.ABSENT && names.get(mfn) != FrameNumbers.ABSENT) {
                return NOT_OURS;
            }
            mfn = other == FrameNumbers.ABSENT ? mfn : (int) other;
        }
        return machine.owns(owner, mfn) ? mfn : NOT_OURS;
    }

    @Override
    public int frameOfValidated(long guestMfn) {
        if (exceptions > 0) {
            long other = frames.get(guestMfn);
            return other == FrameNumbers.ABSENT ? (int) guestMfn : (int) other;
        }
        return (int) guestMfn;
    }

    @Override
    public long guestMfnOf(int mfn) {
        if (exceptions > 0) {
            long name = names.get(mfn);
            return name == FrameNumbers.ABSENT ? mfn : name;
        }
        return mfn;
    }

    @Override
    public boolean isRam(long guestMfn) {
        return guestMfn >= Machine.FIRST_FRAME && guestMfn < machine.limit();
    }

    @Override
    public long limit() {
        return machine.limit();
    }

    @Override
    public long add(int first, int order) {
        if (exceptions == 0) {
            return first;
        }
        if (order == 0) {
            long name = unusedFor(first);
            rename(name, first);
            return name;
        }
        for (int mfn = first; mfn < first + (1 << order); mfn++) {
            if (frames.get(mfn) != FrameNumbers.ABSENT) {
                return NOT_OURS;
            }
        }
        return first;
    }

    /** Its own number, or the one at the end of the chain of those who took each other's. */
    private long unusedFor(int mfn) {
        long name = mfn;
        for (long next = frames.get(mfn); next != FrameNumbers.ABSENT; next = frames.get(name)) {
            name = next;
        }
        return name;
    }

    private void rename(long name, int mfn) {
        if (name != mfn) {
            frames.put(name, mfn);
            names.put(mfn, name);
            exceptions++;
        }
    }

    @Override
    public void replaced(int from, int to) {
        long name = guestMfnOf(from);
        remove(from);
        rename(name, to);
    }

    @Override
    public void remove(int mfn) {
        if (exceptions > 0 && names.get(mfn) != FrameNumbers.ABSENT) {
            frames.remove(names.remove(mfn));
            exceptions--;
        }
    }
}
