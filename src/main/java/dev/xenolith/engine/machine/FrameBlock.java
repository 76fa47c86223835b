package dev.xenolith.engine.machine;

/**
 * A block of frames that a domain had where it was saved.
 *
 * @param number of the block in the records
 * @param source whose pages back the frames, from {@link Machine#addSource}
 * @param special how many of the frames are Xen's own
 */
public record FrameBlock(FrameRecords records, int number, int source, int special) {}
