package dev.xenolith.engine.machine;

/**
 * A block of frames that have an owner but no entries in the frame table yet: those are as for free frames, but for their
 * offline bits. What must be known without them is here. Its frames follow each other in the owner's list.
 */
final class PendingBlock {

    final int first;
    final int ownerId;
    final FrameBlock content;

    /** The owner's frame before the block's first, and the one behind its last; 0 at the ends of the list. */
    int prev;

    int next;

    /** Whether the offline bits of a frame in it were ever changed. */
    boolean marked;

    PendingBlock(int first, int ownerId, FrameBlock content, int prev) {
        this.first = first;
        this.ownerId = ownerId;
        this.content = content;
        this.prev = prev;
    }

    int last() {
        return first + FrameRecords.BLOCK - 1;
    }
}
