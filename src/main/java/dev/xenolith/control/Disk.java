package dev.xenolith.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is done to files that must be whole or not there; a seam, so that a test can make each step fail. */
interface Disk {

    /** A new file, or an old one emptied. */
    FileChannel create(Path path) throws IOException;

    /**
     * A second channel to a file that is there, for bytes that go past the system's page cache, or null where the file
     * system has no such way. All that is written to it lies on block boundaries.
     */
    @Nullable
    FileChannel openUncached(Path path);

    /** How large blocks are in the file system that a path is on. */
    int blockBytes(Path path) throws IOException;

    /** Writes all that remains of {@code bytes}. */
    void write(FileChannel file, ByteBuffer bytes) throws IOException;

    void force(FileChannel file) throws IOException;

    void rename(Path from, Path to) throws IOException;

    /** A rename is durable only when its folder is. */
    void forceFolder(Path file) throws IOException;

    /** No matter whether it is there. */
    void delete(Path path) throws IOException;
}
