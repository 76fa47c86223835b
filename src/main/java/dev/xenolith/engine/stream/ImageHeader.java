package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The image header of a libxc stream ({@code xc_sr_ihdr}), big endian whatever the stream is.
 *
 * <pre>
 *   0  u64  marker, all ones (a legacy image has a zero bit here)
 *   8  u32  id, "XENF"
 *  12  u32  version, 2 or 3
 *  16  u16  options: bit 0 big endian
 *  18       reserved
 * </pre>
 */
public record ImageHeader(int version, int options) {

    public static final String NAME = "IMAGE_HEADER";
    public static final int BYTES = 24;
    public static final int VERSION = 3;
    public static final int VERSION_OLDEST = 2;

    static final long MARKER = -1L;
    static final int ID = 0x58454e46;
    static final int OPTION_BIG_ENDIAN = 1;

    public static ImageHeader current() {
        return new ImageHeader(VERSION, 0);
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(MARKER)
                .putInt(ID)
                .putInt(version)
                .putShort((short) options)
                .putShort((short) 0)
                .putInt(0)
                .flip();
    }

    static ImageHeader decode(ImageBytes image, long offset) {
        ByteBuffer fields = image.read(NAME, offset, BYTES).order(ByteOrder.BIG_ENDIAN);
        long marker = fields.getLong();
        Expect.that(marker == MARKER, NAME, offset, "marker " + Expect.hex(MARKER), Expect.hex(marker));
        int id = fields.getInt();
        Expect.that(id == ID, NAME, offset + 8, "id " + Expect.hex(ID), Expect.hex(Integer.toUnsignedLong(id)));
        int version = fields.getInt();
        if (version < VERSION_OLDEST || version > VERSION) {
            throw new ImageIncompatibleException(
                    "libxc stream version " + Integer.toUnsignedString(version), "versions 2 and 3");
        }
        int options = Short.toUnsignedInt(fields.getShort());
        if ((options & OPTION_BIG_ENDIAN) != 0) {
            throw new ImageIncompatibleException("a big-endian libxc stream", "little endian");
        }
        return new ImageHeader(version, options);
    }
}
