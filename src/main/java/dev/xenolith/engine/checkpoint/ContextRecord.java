package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.stream.ContextWriter;
import dev.xenolith.engine.stream.ImageBytes;
import dev.xenolith.engine.stream.LibxcRecord;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.RecordWriter;
import dev.xenolith.engine.stream.StreamLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * XENOLITH_DOMAIN_CONTEXT: the domain context, and a checksum, since one flipped bit in a register would otherwise be
 * believed.
 *
 * <pre>
 *   0    entries, from HEADER to END
 *   n    u32  CRC32C of the body of XENOLITH_TRANSPARENT, then of the entries
 *   n+4       reserved
 * </pre>
 *
 * @param offset of the first entry in the file
 * @param length of all entries
 * @param checksum the CRC32C
 */
record ContextRecord(long offset, long length, int checksum) {

    static final String NAME = "XENOLITH_DOMAIN_CONTEXT";

    static final int TRAILER_BYTES = 8;
    private static final int WINDOW = 64 << 10;

    /** What writes the entries; called once. */
    @FunctionalInterface
    interface Entries {
        void write(ContextWriter.Sink sink);
    }

    /** Returns the checksum. */
    static int write(RecordWriter writer, ByteBuffer headerBody, long length, Entries entries) {
        CRC32C crc = new CRC32C();
        crc.update(headerBody.duplicate());
        writer.begin(StreamLayer.LIBXC, LibxcRecord.XENOLITH_DOMAIN_CONTEXT, length + TRAILER_BYTES);
        entries.write(piece -> {
            crc.update(piece.duplicate());
            writer.data(piece);
        });
        writer.data(ByteBuffer.allocate(TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt(0)
                .flip());
        writer.end();
        return (int) crc.getValue();
    }

    /** Checks the checksum over the header and all entries. */
    static ContextRecord open(ImageBytes image, RecordEntry header, RecordEntry record) {
        long length = record.length() - TRAILER_BYTES;
        if (length < 0) {
            throw damage(record, "a body of at least " + TRAILER_BYTES + " bytes", record.length() + " bytes");
        }
        CRC32C crc = new CRC32C();
        update(crc, image, header, header.length());
        update(crc, image, record, length);
        int expected =
                image.read(NAME, record.bodyOffset() + length, Integer.BYTES).getInt();
        if ((int) crc.getValue() != expected) {
            throw damage(record, "CRC32C 0x" + Integer.toHexString(expected), "0x" + Long.toHexString(crc.getValue()));
        }
        return new ContextRecord(record.bodyOffset(), length, expected);
    }

    private static void update(CRC32C crc, ImageBytes image, RecordEntry record, long length) {
        for (long done = 0; done < length; done += WINDOW) {
            crc.update(image.read(record.name(), record.bodyOffset() + done, (int) Math.min(WINDOW, length - done)));
        }
    }

    private static ImageCorruptException damage(RecordEntry record, String expected, String got) {
        return new ImageCorruptException(NAME, record.offset(), expected, got);
    }
}
