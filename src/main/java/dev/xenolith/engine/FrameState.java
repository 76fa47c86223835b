package dev.xenolith.engine;

/** A machine frame's place in its life, as in Xen ({@code xen/include/asm/mm.h} PGC_state_*). */
public enum FrameState {
    FREE,
    IN_USE,
    OFFLINING,
    OFFLINED,
    BROKEN
}
