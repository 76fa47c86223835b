package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A second way into a file that is being written, past the system's page cache: nothing is copied, the disk is busy from
 * the first block on, and the pages of other files stay where they are. It takes only what lies on block boundaries in
 * memory and in the file (O_DIRECT in {@code open(2)}); the rest goes the usual way, and so does all of it where the file
 * system knows no such thing.
 */
final class UncachedLane implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private boolean opened;
    private int blockBytes = 1;
    private @Nullable FileChannel channel;

    /** @param path of a file that is there; not looked at before the first write */
    UncachedLane(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    /** Writes all of {@code bytes} at {@code position} of the file, or leaves what it could not remaining. */
    void write(ByteBuffer bytes, long position) {
        try {
            FileChannel file = channel();
            if (file != null && fits(bytes, position)) {
                file.position(position);
                disk.write(file, bytes);
            }
        } catch (IOException e) {
            // Whether the disk is at fault, the usual way will tell.
            close();
        }
    }

    private @Nullable FileChannel channel() throws IOException {
        if (!opened) {
            opened = true;
            blockBytes = disk.blockBytes(path);
            // What a remote file system reports may be anything.
            channel = Integer.bitCount(blockBytes) == 1 ? disk.openUncached(path) : null;
        }
        return channel;
    }

    private boolean fits(ByteBuffer bytes, long position) {
        return bytes.isDirect()
                && bytes.alignmentOffset(bytes.position(), blockBytes) == 0
                && bytes.remaining() % blockBytes == 0
                && position % blockBytes == 0;
    }

    @Override
    public void close() {
        FileChannel file = channel;
        channel = null;
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
