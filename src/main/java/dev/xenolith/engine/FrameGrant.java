package dev.xenolith.engine;

/** Whether a frame's owner lets others have it, by its grant table. */
public enum FrameGrant {
    NONE,
    /** An entry of the grant table offers it. */
    OFFERED,
    /** A backend has it mapped. */
    MAPPED
}
