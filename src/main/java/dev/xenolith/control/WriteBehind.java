package dev.xenolith.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends a long file to the disk while it is still being written, so that forcing it at the end finds little left to do.
 * A failure is kept for {@link #finish}: the system tells of it once, and would not tell the last force again.
 */
final class WriteBehind implements AutoCloseable {

    static final long STRIDE_BYTES = 32 << 20;

    private final Disk disk;
    private final FileChannel channel;
    private @Nullable ExecutorService lane;
    private @Nullable Future<?> pending;
    private long unsent;

    WriteBehind(Disk disk, FileChannel channel) {
        this.disk = disk;
        this.channel = channel;
    }

    void wrote(long bytes) throws IOException {
        unsent += bytes;
        if (unsent >= STRIDE_BYTES && (pending == null || pending.isDone())) {
            finish();
            unsent = 0;
            pending = lane().submit(() -> {
                disk.force(channel);
                return null;
            });
        }
    }

    /** Waits for what is on its way. */
    void finish() throws IOException {
        Future<?> sent = pending;
        pending = null;
        if (sent == null) {
            return;
        }
        try {
            sent.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the disk was written", e);
        } catch (ExecutionException e) {
            throw new IOException("the disk was not written", e.getCause());
        }
    }

    private ExecutorService lane() {
        ExecutorService present = lane;
        if (present == null) {
            present = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("write-behind").factory());
            lane = present;
        }
        return present;
    }

    /** Nothing is on its way any more. */
    @Override
    public void close() {
        if (lane != null) {
            lane.close();
        }
    }
}
