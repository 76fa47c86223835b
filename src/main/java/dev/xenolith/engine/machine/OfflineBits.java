package dev.xenolith.engine.machine;

/**
 * A frame's way out of use. A field of its own in the {@link FrameTable}, because an administrator sets these bits while
 * the owner's thread changes the flags; guarded by the machine's monitor.
 */
final class OfflineBits {

    /** To be taken out of use as soon as its owner lets go. */
    static final int OFFLINING = 1;

    /** Out of use. */
    static final int OFFLINED = 1 << 1;

    /** Faulty: never to be used again. */
    static final int BROKEN = 1 << 2;

    private OfflineBits() {}
}
