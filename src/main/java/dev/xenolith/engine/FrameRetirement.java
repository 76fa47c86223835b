package dev.xenolith.engine;

import java.util.List;

/** Frames leave use, with nothing lost: what {@code xen-hptool} does, and the moves behind it. From any thread. */
public interface FrameRetirement {

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
