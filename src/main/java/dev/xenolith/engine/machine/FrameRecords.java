package dev.xenolith.engine.machine;

/**
 * What the frames of a saved domain were, block by block, for entries of the frame table that are made when they are first
 * looked at. Called from any carrier.
 */
public interface FrameRecords {

    /** Frames in a block: 2 MiB of memory, and one page of an m2p. */
    int BLOCK = 512;

    /** Takes one frame of a block, by its place in it. */
    @FunctionalInterface
    interface Taker {

        /** @param page of the domain's image that backs the frame, or {@link #ZEROES} */
        void frame(int place, int flags, int type, int typeCount, int total, int linear, long page);
    }

    long ZEROES = -1;

    /** Shows all frames of a block. Shows none of them if it throws, as it does for bytes that are not what was saved. */
    void read(int block, Taker taker);
}
