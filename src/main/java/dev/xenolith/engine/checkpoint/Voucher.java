package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.machine.FrameRecords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What we say of an image that we wrote, beside it in a file of its own: where its records stand, and how its page index
 * is cut into stretches, each with its checksum. So a restore needs to read neither pages nor index: blocks of frames are
 * given whole, and a stretch is read when one of its frames is first looked at. Whoever has the voucher believes the types
 * and counts of the index; an image that comes without has them made again from its page tables.
 *
 * <pre>
 *    0  u64  "XLVOUCH" and a zero
 *    8  u32  version of this layout
 *   12  u32  version of the image, {@link TransparentHeader#VERSION}
 *   16  32   SHA-256 of the image
 *   48  u64  bytes of the image
 *   56  u64  offset of XENOLITH_TRANSPARENT
 *   64  u64  offset of XENOLITH_PAGE_INDEX
 *   72  u64  offset of XENOLITH_DOMAIN_CONTEXT
 *   80  u32  CRC32C that the page index ends with
 *   84  u32  CRC32C that the domain context ends with
 *   88  u32  stretches
 *   92  u32  linear tables
 *   96  {@link Stretch}[], 24 bytes each
 *    :  {@link Linear}[], 16 bytes each
 *    :  u32  CRC32C of all before
 * </pre>
 */
record Voucher(Binding binding, List<Stretch> stretches, List<Linear> linears) {

    private static final long MAGIC = 0x0048_4355_4F56_4C58L;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 96;

    /**
     * What an image must be like for the voucher to be its own.
     *
     * @param indexCrc32c with which the page index ends
     * @param contextCrc32c with which the domain context ends
     */
    record Binding(
            String sha256,
            long imageBytes,
            long headerOffset,
            long indexOffset,
            long contextOffset,
            int indexCrc32c,
            int contextCrc32c) {}

    /**
     * Entries in a row of the index.
     *
     * <pre>
     *    0  u64  guest mfn of the first
     *    8  u32  entries, at most 512
     *   12  u32  how many of them are frames of Xen's own
     *   16  u32  CRC32C of the entries
     *   20  u32  1 for a block: 512 frames whose guest mfns follow each other
     * </pre>
     */
    record Stretch(long guestMfn, int count, int special, int crc32c, boolean isBlock) {

        static final int BYTES = 24;
    }

    /**
     * A page table with linear entries, of which the index does not tell; see {@code FrameTable}.
     *
     * <pre>
     *    0  u64  guest mfn
     *    8  i32  count of linear entries
     *   12  u32  reserved
     * </pre>
     */
    record Linear(long guestMfn, int count) {

        static final int BYTES = 16;
    }

    /** Whether its stretches are an index that the header can have: all its frames, ascending, below its limit. */
    boolean isComplete(TransparentHeader header) {
        long frames = 0;
        long next = 0;
        for (Stretch stretch : stretches) {
            boolean possible = stretch.count() > 0
                    && stretch.count() <= FrameRecords.BLOCK
                    && (!stretch.isBlock() || stretch.count() == FrameRecords.BLOCK)
                    && stretch.guestMfn() >= next
                    && stretch.guestMfn() + stretch.count() <= header.frameLimit();
            if (!possible) {
                return false;
            }
            frames += stretch.count();
            next = stretch.guestMfn() + stretch.count();
        }
        return frames == header.frames();
    }

    byte[] encode() {
        ByteBuffer to = ByteBuffer.allocate(bytes(stretches.size(), linears.size()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(TransparentHeader.VERSION)
                .put(HexFormat.of().parseHex(binding.sha256()))
                .putLong(binding.imageBytes())
                .putLong(binding.headerOffset())
                .putLong(binding.indexOffset())
                .putLong(binding.contextOffset())
                .putInt(binding.indexCrc32c())
                .putInt(binding.contextCrc32c())
                .putInt(stretches.size())
                .putInt(linears.size());
        for (Stretch stretch : stretches) {
            to.putLong(stretch.guestMfn())
                    .putInt(stretch.count())
                    .putInt(stretch.special())
                    .putInt(stretch.crc32c())
                    .putInt(stretch.isBlock() ? 1 : 0);
        }
        for (Linear linear : linears) {
            to.putLong(linear.guestMfn()).putInt(linear.count()).putInt(0);
        }
        return to.putInt(crc32c(to.array(), to.position())).array();
    }

    /** Null for what no voucher of this version is. */
    static @Nullable Voucher decode(byte[] bytes) {
        if (bytes.length < bytes(0, 0)) {
            return null;
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.length - Integer.BYTES;
        boolean sound = from.getLong() == MAGIC
                && from.getInt() == VERSION
                && from.getInt() == TransparentHeader.VERSION
                && from.getInt(end) == crc32c(bytes, end);
        if (!sound) {
            return null;
        }
        byte[] sha256 = new byte[32];
        from.get(sha256);
        Binding binding = new Binding(
                HexFormat.of().formatHex(sha256),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getInt(),
                from.getInt());
        int stretches = from.getInt();
        int linears = from.getInt();
        return bytes(stretches, linears) == bytes.length
                ? new Voucher(binding, stretches(from, stretches), linears(from, linears))
                : null;
    }

    private static List<Stretch> stretches(ByteBuffer from, int count) {
        List<Stretch> stretches = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            stretches.add(new Stretch(from.getLong(), from.getInt(), from.getInt(), from.getInt(), from.getInt() == 1));
        }
        return stretches;
    }

    private static List<Linear> linears(ByteBuffer from, int count) {
        List<Linear> linears = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            linears.add(new Linear(from.getLong(), from.getInt()));
            from.getInt();
        }
        return linears;
    }

    private static int bytes(int stretches, int linears) {
        return HEADER_BYTES + stretches * Stretch.BYTES + linears * Linear.BYTES + Integer.BYTES;
    }

    private static int crc32c(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
