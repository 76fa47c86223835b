package dev.xenolith.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Frames leave use, with nothing lost: what {@code xen-hptool} does, and the moves behind it. From any thread. */
public interface FrameRetirement {

    /** The host's number of the frame behind a page of a domain, by the m2p; empty when it has no such page. */
    OptionalLong frameOf(int domid, long pfn);

    /**
     * What {@link #retire} would answer now; changes nothing.
     *
     * @param asSuspended answer for a running guest as if it had just suspended
     */
    PageRetirement examine(long mfn, PageRetirement.Mode mode, boolean asSuspended);

    /**
     * Marks the frame offline and, if a domain has it, moves what it holds to another frame: at once in {@code BACKING}
     * mode, under a suspended guest in {@code EXCHANGE} mode. Where that cannot be, the frame stays pending.
     */
    PageRetirement retire(long mfn, PageRetirement.Mode mode);

    /** When corrected errors take a frame out of use by themselves. */
    void setErrorPolicy(MemoryError.Policy policy);

    /**
     * Behaves as if the memory had reported an error in the frame. An uncorrectable one ends the guest that has the frame,
     * and no other; empty where there is no such frame.
     */
    Optional<MemoryError> injectError(long mfn, MemoryError.Kind kind);

    /**
     * Takes frames out of use: a free one at once, one in use the moment its owner lets go of it. No frame marked so is
     * handed out again. As {@code xen-hptool mem-offline}; a frame that is refused ends the run, and those behind it are
     * INVALID.
     *
     * @throws LimitExceededException for more than 65536 frames in one call
     */
    List<FrameOfflining> offline(long firstMfn, long count);

    /** Puts frames back into use; refused for a broken one. As {@code xen-hptool mem-online}. */
    List<FrameOfflining> online(long firstMfn, long count);
}
