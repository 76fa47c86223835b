package dev.xenolith.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that either is not there or is whole, also after a power cut: written under a temporary name, forced, renamed,
 * and the folder forced. Closing it before {@link #commit} throws the bytes away.
 *
 * <p>What was left by a killed server ends in {@link #TEMPORARY} and is swept at the next start.
 */
final class DurableFile implements WritableByteChannel {

    static final String TEMPORARY = ".tmp";

    private final Path path;
    private final Path temporary;
    private final FileChannel channel;
    private final MessageDigest digest = sha256Digest();
    private long size;

    DurableFile(Path path) {
        this.path = path;
        this.temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        try {
            this.channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        digest.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        size += count;
        return count;
    }

    long size() {
        return size;
    }

    /** Of everything written so far; call once, after the last write. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    void commit() {
        try {
            channel.force(true);
            channel.close();
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A rename is durable only when its folder is. */
    static void forceFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
