package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * An image in a file, read at random.
 *
 * <p>The size is taken once. A read beyond it, or one that the file cannot satisfy any more because it was cut after we
 * opened it, is damage to the record that was being read.
 */
public final class ImageBytes {

    private final FileChannel channel;
    private final long size;

    private ImageBytes(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    public static ImageBytes of(FileChannel channel) {
        try {
            return new ImageBytes(channel, channel.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long size() {
        return size;
    }

    /** Reads {@code length} bytes as little endian; the caller has bounded {@code length}. */
    public ByteBuffer read(String record, long offset, int length) {
        require(record, offset, length);
        ByteBuffer into = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        fill(record, offset, into);
        return into.flip();
    }

    /** Fills what remains of {@code into}. */
    public void read(String record, long offset, ByteBuffer into) {
        require(record, offset, into.remaining());
        fill(record, offset, into);
    }

    /** Says that {@code length} bytes from {@code offset} are in the file, without reading them. */
    void require(String record, long offset, long length) {
        if (length > size - offset) {
            throw truncated(record, offset, length, Math.max(0, size - offset));
        }
    }

    private void fill(String record, long offset, ByteBuffer into) {
        int wanted = into.remaining();
        int done = 0;
        try {
            while (into.hasRemaining()) {
                int read = channel.read(into, offset + done);
                if (read < 0) {
                    throw truncated(record, offset, wanted, done);
                }
                done += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(record + " at offset " + offset, e);
        }
    }

    private static ImageCorruptException truncated(String record, long offset, long wanted, long left) {
        return new ImageCorruptException(
                record, offset, wanted + " bytes", "the end of the image after " + left + " bytes");
    }
}
