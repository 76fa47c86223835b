package dev.xenolith.engine.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/** Bytes as the image file that the readers want; the file is gone when it is closed. */
final class ImageFile implements AutoCloseable {

    private final FileChannel channel;

    private ImageFile(FileChannel channel) {
        this.channel = channel;
    }

    static ImageFile of(byte[] bytes) {
        try {
            Path path = Files.createTempFile("xenolith-image", ".bin");
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            channel.write(ByteBuffer.wrap(bytes));
            return new ImageFile(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From hex with any white space in it. */
    static ImageFile ofHex(String hex) {
        return of(bytes(hex));
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    FileChannel channel() {
        return channel;
    }

    ImageBytes image() {
        return ImageBytes.of(channel);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
