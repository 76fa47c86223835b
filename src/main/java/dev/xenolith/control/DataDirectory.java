package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The folder with everything that outlives the server, held by one server at a time.
 *
 * <pre>
 *   lock            held while the server runs
 *   stopped         there only after an orderly stop
 *   xenolith.mv.db  the database
 *   boot-images/    ID
 *   checkpoints/    ID.image
 *   console/        ID.OFFSET, see ConsoleFile
 * </pre>
 */
@Component
public class DataDirectory implements AutoCloseable {

    /** Uploads and images leave so much free, since a database that cannot write takes the whole server with it. */
    private static final long RESERVE_BYTES = 16 << 20;

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    DataDirectory(XenolithProperties properties) {
        this.root = properties.dataDir().toAbsolutePath().normalize();
        try {
            Files.createDirectories(bootImages());
            Files.createDirectories(checkpoints());
            Files.createDirectories(console());
            this.lockFile = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StartupRefusal("cannot use the data directory " + root + ": " + e.getMessage()
                    + " (xenolith.data-dir names another one)");
        }
        this.lock = tryLock();
    }

    private FileLock tryLock() {
        @Nullable FileLock taken = null;
        try {
            taken = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another server in this very process; the same as one in another process.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (taken == null) {
            throw new StartupRefusal(
                    "another server uses the data directory " + root + "; stop it, or set xenolith.data-dir");
        }
        return taken;
    }

    public Path root() {
        return root;
    }

    public Path database() {
        return root.resolve("xenolith");
    }

    Path bootImages() {
        return root.resolve("boot-images");
    }

    Path checkpoints() {
        return root.resolve("checkpoints");
    }

    Path console() {
        return root.resolve("console");
    }

    void noteOrderlyStop() {
        try {
            Files.writeString(root.resolve("stopped"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells, once, whether the server before this one stopped in order. */
    boolean takeOrderlyStop() {
        try {
            return Files.deleteIfExists(root.resolve("stopped"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses work that would not fit, before anything is touched. */
    void checkSpace(long bytes) {
        try {
            long usable = Math.max(0, Files.getFileStore(root).getUsableSpace() - RESERVE_BYTES);
            if (usable < bytes) {
                throw new ProblemException(
                        ProblemType.STORAGE_FULL,
                        "the data directory needs " + bytes + " free bytes, has " + usable + " (besides "
                                + RESERVE_BYTES + " kept for the database)",
                        Map.of("neededBytes", bytes, "freeBytes", usable));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
