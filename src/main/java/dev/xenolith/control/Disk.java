package dev.xenolith.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What is done to files that must be whole or not there; a seam, so that a test can make each step fail. */
interface Disk {

    /** A new file, or an old one emptied. */
    FileChannel create(Path path) throws IOException;

    /** Writes all that remains of {@code bytes}. */
    void write(FileChannel file, ByteBuffer bytes) throws IOException;

    void force(FileChannel file) throws IOException;

    void rename(Path from, Path to) throws IOException;

    /** A rename is durable only when its folder is. */
    void forceFolder(Path file) throws IOException;

    /** No matter whether it is there. */
    void delete(Path path) throws IOException;
}
