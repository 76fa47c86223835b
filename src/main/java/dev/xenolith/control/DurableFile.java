package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that either is not there or is whole, also after a power cut: written under a temporary name, forced, renamed,
 * and the folder forced. Closing it before {@link #commit} throws the bytes away.
 *
 * <p>What was left by a killed server ends in {@link #TEMPORARY} and is swept at the next start. What the disk refuses
 * is thrown as {@link UncheckedIOException}, so that nobody takes it for the fault of whoever sends the bytes.
 */
final class DurableFile implements WritableByteChannel {

    static final String TEMPORARY = ".tmp";

    private final Disk disk;
    private final Path path;
    private final Path temporary;
    private final FileChannel channel;
    private final @Nullable MessageDigest digest;
    private final WriteBehind behind;
    private final @Nullable UncachedLane uncached;
    private long size;
    private boolean committed;

    private DurableFile(Disk disk, Path path, @Nullable MessageDigest digest, boolean large) {
        this.disk = disk;
        this.digest = digest;
        this.path = path;
        this.temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        try {
            this.channel = disk.create(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.behind = new WriteBehind(disk, channel);
        this.uncached = large ? new UncachedLane(disk, temporary) : null;
    }

    /** A file whose writer knows its digest. */
    static DurableFile of(Disk disk, Path path) {
        return new DurableFile(disk, path, null, false);
    }

    /** A file whose writer knows its digest, and hands it over in large blocks. */
    static DurableFile large(Disk disk, Path path) {
        return new DurableFile(disk, path, null, true);
    }

    /** A file that is digested while it is written. */
    static DurableFile digested(Disk disk, Path path) {
        return new DurableFile(disk, path, sha256Digest(), false);
    }

    static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int write(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (digest != null) {
            digest.update(bytes.duplicate());
        }
        try {
            if (uncached != null) {
                uncached.write(bytes, size);
            }
            writeCached(bytes, size + count - bytes.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        size += count;
        return count;
    }

    private void writeCached(ByteBuffer bytes, long position) throws IOException {
        int count = bytes.remaining();
        if (count > 0) {
            channel.position(position);
            disk.write(channel, bytes);
            behind.wrote(count);
        }
    }

    long size() {
        return size;
    }

    /** Of everything written so far; call once, after the last write. */
    String sha256() {
        if (digest == null) {
            throw new IllegalStateException("digest of a file that is written without");
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What was written so far, to be looked at before it is kept. */
    FileChannel reader() {
        try {
            return FileChannel.open(temporary, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void commit() {
        try {
            behind.finish();
            disk.force(channel);
            channel.close();
            disk.rename(temporary, path);
            forceFolderOrTakeBack();
            committed = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forceFolderOrTakeBack() throws IOException {
        try {
            disk.forceFolder(path);
        } catch (IOException | RuntimeException e) {
            disk.delete(path);
            throw e;
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        behind.close();
        if (uncached != null) {
            uncached.close();
        }
        channel.close();
        if (!committed) {
            disk.delete(temporary);
        }
    }
}
