package dev.xenolith.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageSinkTest {

    private static final int PIECE = 123_457;

    private final Random random = new Random(5);

    @Test
    void writesAllInOrderThoughThePiecesAreUsedAgain() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream given = new ByteArrayOutputStream();
        String digest;
        try (ImageSink sink = new ImageSink(Channels.newChannel(written))) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            for (int i = 0; i < 100; i++) {
                byte[] bytes = new byte[random.nextInt(PIECE)];
                random.nextBytes(bytes);
                piece.clear().put(bytes).flip();
                sink.write(piece);
                given.writeBytes(bytes);
                assertThat(piece.remaining()).isEqualTo(bytes.length);
                assertThat(sink.position()).isEqualTo(given.size());
            }
            digest = sink.finish();
        }
        assertThat(written.toByteArray()).isEqualTo(given.toByteArray());
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(given.toByteArray());
        assertThat(digest).isEqualTo(HexFormat.of().formatHex(expected));
    }

    @Test
    void writesPiecesLargerThanItsBlocks() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        byte[] large = new byte[10 << 20];
        random.nextBytes(large);
        try (ImageSink sink = new ImageSink(Channels.newChannel(written))) {
            sink.write(ByteBuffer.wrap(large));
            sink.finish();
        }
        assertThat(written.toByteArray()).isEqualTo(large);
    }

    @Test
    void saysThatTheDiskIsFull() {
        FullDisk disk = new FullDisk(3 << 20);
        try (ImageSink sink = new ImageSink(disk)) {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> {
                        sink.write(ByteBuffer.allocate(64 << 20));
                        sink.finish();
                    })
                    .havingCause()
                    .withMessage("No space left on device");
        }
    }

    @Test
    void leavesTheChannelAloneOnceClosed() {
        FullDisk disk = new FullDisk(Integer.MAX_VALUE);
        try (ImageSink sink = new ImageSink(disk)) {
            sink.write(ByteBuffer.allocate(5 << 20));
        }
        disk.close();
        assertThat(disk.usedAfterClose).isFalse();
    }

    private static final class FullDisk implements WritableByteChannel {
        private long left;
        private volatile boolean closed;
        volatile boolean usedAfterClose;

        FullDisk(long size) {
            left = size;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            usedAfterClose |= closed;
            if (bytes.remaining() > left) {
                throw new IOException("No space left on device");
            }
            int count = bytes.remaining();
            left -= count;
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
