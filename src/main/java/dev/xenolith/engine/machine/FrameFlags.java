package dev.xenolith.engine.machine;

/** Bits of a frame's flags in the {@link FrameTable}; changed only by the owner's thread. */
public final class FrameFlags {

    /** The owner's allocation holds one of the total count's references (Xen's PGC_allocated). */
    public static final int ALLOCATED = 1;

    /** A frame of Xen's own that is shared with its guest: shared info, grant table (Xen's PGC_xen_heap). */
    public static final int SPECIAL = 1 << 1;

    /** The guest pinned the frame as a page table; a type reference and a total reference go with it. */
    public static final int PINNED = 1 << 2;

    /** Backed by a slot that no other frame uses, so it may be written in place. */
    public static final int PRIVATE = 1 << 3;

    /** Written since the dirty bits were last cleared. */
    public static final int DIRTY = 1 << 4;

    /** Backed privately, and the CPU holds blocks decoded from this frame. */
    public static final int CODE = 1 << 5;

    /** Some vcpu's TLB, or the code cache, may know the host page behind this frame. */
    public static final int CACHED = 1 << 6;

    private FrameFlags() {}
}
