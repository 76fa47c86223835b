package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * {@code struct save_file_header} of {@code tools/xl/xl.h}, and the optional data behind it.
 *
 * <pre>
 *    0        magic, 32 bytes
 *   32   u32  byteorder, 0x01020304 in the writer's order
 *   36   u32  mandatory_flags: 1 the configuration is JSON, 2 a libxl stream v2 follows
 *   40   u32  optional_flags
 *   44   u32  optional_data_len
 *   48        optional data: u32 length, the configuration, whatever later versions append
 * </pre>
 *
 * @param optionalData as in the image, so that it can be written again byte for byte
 */
public record XlHeader(int mandatoryFlags, int optionalFlags, byte[] optionalData) {

    public static final String NAME = "XL_HEADER";
    public static final int BYTES = 48;
    public static final int FLAG_JSON = 1;
    public static final int FLAG_STREAM_V2 = 2;

    static final byte[] MAGIC = "Xen saved domain, xl format\n \0 \r".getBytes(StandardCharsets.US_ASCII);

    private static final int BYTE_ORDER = 0x01020304;

    /** The header of an image that carries this configuration. JSON ends in a NUL, as {@code xl} writes it. */
    public static XlHeader of(byte[] configuration) {
        if (configuration.length == 0) {
            return new XlHeader(FLAG_STREAM_V2, 0, new byte[4]);
        }
        byte[] optionalData = ByteBuffer.allocate(4 + configuration.length + 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(configuration.length + 1)
                .put(configuration)
                .array();
        return new XlHeader(FLAG_STREAM_V2 | FLAG_JSON, 0, optionalData);
    }

    /** The domain's configuration, without the NUL that ends it. */
    public byte[] configuration() {
        if (optionalData.length < 4) {
            return new byte[0];
        }
        int length =
                ByteBuffer.wrap(optionalData).order(ByteOrder.LITTLE_ENDIAN).getInt();
        int end = 4 + Math.clamp(Integer.toUnsignedLong(length), 0, optionalData.length - 4);
        boolean terminated = end > 4 && optionalData[end - 1] == 0;
        return Arrays.copyOfRange(optionalData, 4, terminated ? end - 1 : end);
    }

    public boolean json() {
        return (mandatoryFlags & FLAG_JSON) != 0;
    }

    public int encodedBytes() {
        return BYTES + optionalData.length;
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(encodedBytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putInt(BYTE_ORDER)
                .putInt(mandatoryFlags)
                .putInt(optionalFlags)
                .putInt(optionalData.length)
                .put(optionalData)
                .flip();
    }

    static boolean begins(ImageBytes image) {
        return image.size() >= MAGIC.length
                && Arrays.equals(image.read(NAME, 0, MAGIC.length).array(), MAGIC);
    }

    static XlHeader decode(ImageBytes image, long offset) {
        ByteBuffer fields = image.read(NAME, offset, BYTES);
        byte[] magic = new byte[MAGIC.length];
        fields.get(magic);
        Expect.that(Arrays.equals(magic, MAGIC), NAME, offset, "the magic of a saved xl domain", "other bytes");
        int byteOrder = fields.getInt();
        if (byteOrder == Integer.reverseBytes(BYTE_ORDER)) {
            throw new ImageIncompatibleException("a big-endian host", "little endian");
        }
        Expect.that(byteOrder == BYTE_ORDER, NAME, offset + 32, "byte order 0x1020304", Expect.hex(byteOrder));
        int mandatory = fields.getInt();
        int unknown = mandatory & ~(FLAG_JSON | FLAG_STREAM_V2);
        if (unknown != 0) {
            throw new ImageIncompatibleException("xl mandatory flags " + Expect.hex(unknown), "flags 0x3");
        }
        if ((mandatory & FLAG_STREAM_V2) == 0) {
            throw new ImageIncompatibleException("the legacy stream of Xen 4.5 and earlier", "libxl stream v2");
        }
        int optional = fields.getInt();
        long length = Integer.toUnsignedLong(fields.getInt());
        Expect.that(
                length <= StreamLimits.OPTIONAL_DATA_MAX,
                NAME,
                offset + 44,
                "at most " + StreamLimits.OPTIONAL_DATA_MAX + " bytes of optional data",
                length);
        byte[] data = image.read(NAME, offset + BYTES, (int) length).array();
        return new XlHeader(mandatory, optional, checked(data, offset + BYTES));
    }

    private static byte[] checked(byte[] data, long offset) {
        if (data.length >= 4) {
            long length = Integer.toUnsignedLong(
                    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt());
            Expect.that(
                    length <= data.length - 4,
                    NAME,
                    offset,
                    "a configuration of at most " + (data.length - 4) + " bytes",
                    length);
        }
        return data;
    }
}
