package dev.xenolith.engine.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where an image's bytes go, in order, counted and digested (SHA-256). Small pieces are gathered; large ones pass
 * through. Neither forces nor closes the channel.
 */
public final class ImageSink {

    private static final int GATHER_BYTES = 128 << 10;

    private final WritableByteChannel channel;
    private final MessageDigest digest;
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(GATHER_BYTES);
    private long position;

    public ImageSink(WritableByteChannel channel) {
        this.channel = channel;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Bytes taken so far: the offset of the next one. */
    public long position() {
        return position;
    }

    /** Takes what remains of {@code piece}, which is left as it was. */
    public void write(ByteBuffer piece) {
        ByteBuffer bytes = piece.slice();
        position += bytes.remaining();
        if (bytes.remaining() > gathered.remaining()) {
            drain();
        }
        if (bytes.remaining() <= gathered.remaining()) {
            gathered.put(bytes);
        } else {
            emit(bytes);
        }
    }

    /** Sends what is gathered, ends the digest and returns it as hex. Nothing may be written afterwards. */
    public String finish() {
        drain();
        return HexFormat.of().formatHex(digest.digest());
    }

    private void drain() {
        emit(gathered.flip());
        gathered.clear();
    }

    private void emit(ByteBuffer bytes) {
        digest.update(bytes.duplicate());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("image not written after " + position + " bytes", e);
        }
    }
}
