package dev.xenolith.control;

import dev.xenolith.engine.ImageVoucher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The images of checkpoints, a file each with perhaps a small one beside it, and who still reads them. The pages of a
 * restored domain load from its image at first touch, so the file of a deleted checkpoint stays until the last such domain
 * has ended.
 */
@Component
class CheckpointFiles {

    private static final String SUFFIX = ".image";

    /** Of a domain whose image goes past the system's page cache. A smaller one is often restored at once, and warm then. */
    private static final long LARGE_BYTES = 256L << 20;

    private static final String CHECKSUMS = ".checksums";
    private static final String VOUCHER = ".voucher";

    private final DataDirectory directory;
    private final Disk disk;
    private final Map<UUID, Integer> readers = new HashMap<>();
    private final Set<UUID> deleted = new HashSet<>();

    CheckpointFiles(DataDirectory directory, Disk disk) {
        this.disk = disk;
        this.directory = directory;
    }

    Path path(UUID id) {
        return directory.checkpoints().resolve(id + SUFFIX);
    }

    /**
     * For an image that its writer digests.
     *
     * @param memoryBytes of the domain
     */
    DurableFile create(UUID id, long memoryBytes) {
        return memoryBytes < LARGE_BYTES ? DurableFile.of(disk, path(id)) : DurableFile.large(disk, path(id));
    }

    /** For an image from elsewhere. */
    DurableFile receive(UUID id) {
        return DurableFile.digested(disk, path(id));
    }

    Path checksumsPath(UUID id) {
        return directory.checkpoints().resolve(id + CHECKSUMS);
    }

    Path voucherPath(UUID id) {
        return directory.checkpoints().resolve(id + VOUCHER);
    }

    /** Whether it is a file that belongs to this checkpoint, for good. */
    boolean isOf(UUID id, Path file) {
        return List.of(path(id), checksumsPath(id), voucherPath(id)).contains(file);
    }

    /**
     * Keeps what an image's bytes add up to, beside an image that does not say so itself. Nothing where the checkpoint was
     * deleted meanwhile: a file kept then would never go.
     */
    synchronized void keepChecksums(UUID id, byte[] checksums) {
        if (!deleted.contains(id) && Files.exists(path(id))) {
            keep(checksumsPath(id), checksums);
        }
    }

    /** Keeps what the engine says of an image that it wrote. */
    void keepVoucher(UUID id, byte[] voucher) {
        keep(voucherPath(id), voucher);
    }

    private void keep(Path path, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        try (DurableFile file = DurableFile.of(disk, path)) {
            file.write(ByteBuffer.wrap(bytes));
            file.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null for an image of which none were kept. */
    byte @Nullable [] checksums(UUID id) {
        return kept(checksumsPath(id));
    }

    /** Null for an image that the engine did not write, or not transparently. */
    @Nullable
    ImageVoucher voucher(Checkpoint checkpoint) {
        byte[] bytes = checkpoint.kind() == Checkpoint.Kind.TAKEN ? kept(voucherPath(checkpoint.id())) : null;
        return bytes == null ? null : new ImageVoucher(bytes, checkpoint.sha256());
    }

    private static byte @Nullable [] kept(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An image that is read for as long as a domain lives.
     *
     * @param release runs once, when nobody reads the channel any more
     */
    record Lease(FileChannel channel, Runnable release) {}

    synchronized Lease lease(UUID id) {
        try {
            FileChannel channel = FileChannel.open(path(id));
            readers.merge(id, 1, Integer::sum);
            return new Lease(channel, () -> release(id, channel));
        } catch (NoSuchFileException e) {
            throw new ProblemException(
                    ProblemType.IMAGE_CORRUPT,
                    "checkpoint " + id + " has lost its image",
                    Map.of("record", "IMAGE", "offset", 0, "expected", "a file", "got", "none"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void release(UUID id, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        readers.merge(id, -1, Integer::sum);
        removeUnread(id);
    }

    synchronized void delete(UUID id) {
        deleted.add(id);
        removeUnread(id);
    }

    private void removeUnread(UUID id) {
        if (readers.getOrDefault(id, 0) > 0 || !deleted.contains(id)) {
            return;
        }
        readers.remove(id);
        deleted.remove(id);
        try {
            disk.delete(checksumsPath(id));
            disk.delete(voucherPath(id));
            disk.delete(path(id));
            disk.forceFolder(path(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files there are, by name; half-written ones included. */
    List<Path> all() {
        try (Stream<Path> files = Files.list(directory.checkpoints())) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
