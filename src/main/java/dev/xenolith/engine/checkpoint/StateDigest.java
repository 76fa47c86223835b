package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over a domain: the image's header, each frame in ascending order of guest mfn (number, type, counts, m2p entry,
 * flags, bytes), then the domain context. Where a page is kept, as zeroes, in RAM or still in its image, makes no difference.
 */
final class StateDigest {

    private static final int FRAME_BYTES = IndexEntry.BYTES;

    private final MessageDigest sha256;
    private final ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    StateDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void header(TransparentHeader header) {
        sha256.update(header.withoutFacts().encode());
    }

    void zeroPage(IndexEntry entry) {
        describe(entry);
    }

    void page(IndexEntry entry, ByteBuffer bytes) {
        describe(entry);
        sha256.update(bytes.duplicate());
    }

    void context(ByteBuffer piece) {
        sha256.update(piece.duplicate());
    }

    String finish() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void describe(IndexEntry entry) {
        entry.placed(0, 0).encode(frame.clear());
        sha256.update(frame.flip());
    }

    /** The digest of the frames alone, then of whatever context is added. */
    void frames(SavedFrames frames) {
        for (int i = 0; i < frames.count(); i++) {
            IndexEntry entry = frames.describe(i);
            if (entry.type() == PageType.XALLOC) {
                zeroPage(entry);
            } else {
                page(entry, frames.reader().bytes(frames.mfn(i)));
            }
        }
    }
}
