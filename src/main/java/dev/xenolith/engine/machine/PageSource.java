package dev.xenolith.engine.machine;

import java.lang.foreign.MemorySegment;

/** Pages of a checkpoint image, by index. Called from any carrier. */
public interface PageSource {

    /** Copies the page into 4 KiB at {@code into}; throws an unchecked exception when it cannot be read. */
    void load(long page, MemorySegment into);

    /** CRC32C that the page must have. */
    int crc32c(long page);
}
