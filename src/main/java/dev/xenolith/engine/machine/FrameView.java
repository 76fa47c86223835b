package dev.xenolith.engine.machine;

/**
 * The one way from a frame number that a guest names to a frame of the host, and back.
 *
 * <p>For a domain that was built here, or restored with its cooperation, the numbers are the host's own. A domain
 * restored <em>transparently</em> keeps the numbers it had where it was saved: they are in its registers, on its stacks
 * and in tables that nobody can find.
 */
public abstract sealed class FrameView permits IdentityFrameView, KeptFrameView {

    public static final int NOT_OURS = -1;

    /** The domain's own frame behind a number its guest names, or {@link #NOT_OURS}. */
    public abstract int frameOf(long guestMfn);

    /** The same for a number taken from an entry of a validated page table, whose frame is known to be good. */
    public abstract int frameOfValidated(long guestMfn);

    /** The number by which the guest knows one of its frames. */
    public abstract long guestMfnOf(int mfn);

    /** Whether the number could name RAM at all: tells "not yours" from "no such memory". */
    public abstract boolean isRam(long guestMfn);

    /** One above the highest number that names RAM. */
    public abstract long limit();

    /**
     * The domain got 2^order frames in a row.
     *
     * @return the number by which its guest will know the first, the others following; or {@link #NOT_OURS} when there
     *     are not so many free numbers in a row
     */
    public abstract long add(int first, int order);

    /** What was in one frame of the domain is in another, and its guest goes on knowing it by the same number. */
    public abstract void replaced(int from, int to);

    /** The domain lost a frame. */
    public abstract void remove(int mfn);
}
