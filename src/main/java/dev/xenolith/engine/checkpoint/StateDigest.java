package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.stream.PageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * SHA-256 over a domain: the image's header, each frame in ascending order of guest mfn (number, type, counts, m2p entry,
 * flags, and two checksums of its bytes), then the domain context. Where a page is kept, as zeroes, in RAM or still in
 * its image, makes no difference.
 *
 * <p>The checksums, CRC-32C and CRC-32, are of different polynomials, 64 bits together. They are here to notice
 * accidents, not forgers, and cost a tenth of what hashing all memory would.
 */
final class StateDigest {

    private static final int FRAME_BYTES = IndexEntry.BYTES + Integer.BYTES;

    private final MessageDigest sha256;
    private final CRC32 crc32 = new CRC32();
    private final CRC32C crc32c = new CRC32C();
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
        describe(entry, 0, 0);
    }

    /** Returns the CRC32C of the page's bytes, which an image needs, too. */
    int page(IndexEntry entry, ByteBuffer bytes) {
        crc32c.reset();
        crc32c.update(bytes.duplicate());
        crc32.reset();
        crc32.update(bytes.duplicate());
        int checksum = (int) crc32c.getValue();
        describe(entry, checksum, (int) crc32.getValue());
        return checksum;
    }

    void context(ByteBuffer piece) {
        sha256.update(piece.duplicate());
    }

    String finish() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void describe(IndexEntry entry, int first, int second) {
        entry.placed(0, first).encode(frame.clear());
        sha256.update(frame.putInt(second).flip());
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
