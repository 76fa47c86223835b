package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What precedes every record of a libxl or libxc stream.
 *
 * <pre>
 *   0  u32  type; bit 31 set: optional, may be skipped by those who do not know it
 *   4  u32  length of the body, which is padded with zeroes to a multiple of 8
 * </pre>
 */
public record RecordHeader(int type, long length) {

    public static final int BYTES = 8;
    public static final int ALIGN = 8;
    public static final int OPTIONAL = 0x80000000;

    public static long padded(long length) {
        return (length + ALIGN - 1) & -ALIGN;
    }

    public static boolean mandatory(int type) {
        return (type & OPTIONAL) == 0;
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt((int) length)
                .flip();
    }

    /** Reads a header and makes sure that the body it announces is within the limit and within the image. */
    static RecordHeader decode(ImageBytes image, StreamLayer layer, long offset) {
        ByteBuffer fields = image.read(layer + " record header", offset, BYTES);
        int type = fields.getInt();
        long length = Integer.toUnsignedLong(fields.getInt());
        String name = RecordName.of(layer, type);
        Expect.atMost(name, offset, StreamLimits.RECORD_LENGTH_MAX, length);
        image.require(name, offset + BYTES, padded(length));
        return new RecordHeader(type, length);
    }
}
