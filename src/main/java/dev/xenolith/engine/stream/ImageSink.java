package dev.xenolith.engine.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Where an image's bytes go, in order, counted and digested (SHA-256). The caller fills blocks; behind it one thread
 * writes them and another digests them, since each of the three costs about as much as the others:
 *
 * <pre>
 *   caller ──fills──► block ──┬──► channel
 *      ▲                      └──► SHA-256
 *      └──── free again once both are done ───┘
 * </pre>
 *
 * Neither forces nor closes the channel; nothing touches it once {@link #close} has returned.
 */
public final class ImageSink implements AutoCloseable {

    private static final int BLOCK_BYTES = 2 << 20;
    private static final int BLOCKS = 8;

    /** Where blocks begin in memory, and end but for the last: a channel may write them to a disk as they are. */
    private static final int ALIGNMENT = 4096;

    private final WritableByteChannel channel;
    private final MessageDigest digest;
    private final ExecutorService writing = lane("image-writer");
    private final ExecutorService digesting = lane("image-digest");
    private final Block[] ring = new Block[BLOCKS];
    private int current;
    private long position;

    /** Bytes on their way, and who still needs them. */
    private static final class Block {
        /** Null until it is needed: most images are small. */
        @Nullable
        ByteBuffer bytes;

        @Nullable
        Future<?> written;

        @Nullable
        Future<?> digested;

        ByteBuffer bytes() {
            ByteBuffer present = bytes;
            if (present == null) {
                present = ByteBuffer.allocateDirect(BLOCK_BYTES + ALIGNMENT)
                        .alignedSlice(ALIGNMENT)
                        .slice(0, BLOCK_BYTES);
                bytes = present;
            }
            return present;
        }
    }

    public ImageSink(WritableByteChannel channel) {
        this.channel = channel;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        for (int i = 0; i < BLOCKS; i++) {
            ring[i] = new Block();
        }
    }

    private static ExecutorService lane(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Bytes taken so far: the offset of the next one. */
    public long position() {
        return position;
    }

    /** Takes what remains of {@code piece}, which is left as it was and may be changed at once. */
    public void write(ByteBuffer piece) {
        int from = piece.position();
        int left = piece.remaining();
        position += left;
        while (left > 0) {
            ByteBuffer block = ring[current].bytes();
            int some = Math.min(left, block.remaining());
            block.put(block.position(), piece, from, some).position(block.position() + some);
            from += some;
            left -= some;
            if (!block.hasRemaining()) {
                send();
            }
        }
    }

    /** Sends what is left, waits until all is written, and returns the digest as hex. Nothing may be written afterwards. */
    public String finish() {
        send();
        for (Block block : ring) {
            await(block);
        }
        close();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Hands the current block over and waits for the next to be free. */
    private void send() {
        Block block = ring[current];
        ByteBuffer bytes = block.bytes().flip().asReadOnlyBuffer();
        ByteBuffer again = bytes.duplicate();
        block.written = writing.submit(() -> emit(bytes));
        block.digested = digesting.submit(() -> digest.update(again));
        current = (current + 1) % BLOCKS;
        await(ring[current]);
        ring[current].bytes().clear();
    }

    private Void emit(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return null;
    }

    private void await(Block block) {
        await(block.written);
        await(block.digested);
    }

    private void await(@Nullable Future<?> task) {
        if (task == null) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof IOException e) {
            return new UncheckedIOException("image not written after " + position + " bytes", e);
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException("image not written", cause);
    }

    /** Drops what is not written yet and waits until nobody uses the channel. */
    @Override
    public void close() {
        for (Block block : ring) {
            cancel(block.written);
            cancel(block.digested);
        }
        // No interrupt: that would close a channel which is the caller's.
        writing.close();
        digesting.close();
    }

    private static void cancel(@Nullable Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}
