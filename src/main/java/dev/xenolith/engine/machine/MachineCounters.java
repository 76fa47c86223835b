package dev.xenolith.engine.machine;

/**
 * Frames by state, and host memory taken.
 *
 * @param backedSlots slots of 4 KiB in use, those of m2p tables included
 */
public record MachineCounters(
        long frames, long free, long inUse, long offlining, long offlined, long broken, long backedSlots) {}
