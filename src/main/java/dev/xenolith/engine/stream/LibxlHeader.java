package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a libxl stream, big endian whatever the stream is.
 *
 * <pre>
 *   0  u64  ident, "LibxlFmt"
 *   8  u32  version, 2
 *  12  u32  options: bit 0 big endian, bit 1 converted from the legacy format
 * </pre>
 */
public record LibxlHeader(int version, int options) {

    public static final String NAME = "LIBXL_HEADER";
    public static final int BYTES = 16;
    public static final int VERSION = 2;
    public static final int OPTION_BIG_ENDIAN = 1;
    public static final int OPTION_LEGACY = 2;

    static final long IDENT = 0x4c6962786c466d74L;

    public static LibxlHeader current() {
        return new LibxlHeader(VERSION, 0);
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(IDENT)
                .putInt(version)
                .putInt(options)
                .flip();
    }

    static LibxlHeader decode(ImageBytes image, long offset) {
        ByteBuffer fields = image.read(NAME, offset, BYTES).order(ByteOrder.BIG_ENDIAN);
        long ident = fields.getLong();
        Expect.that(ident == IDENT, NAME, offset, "ident " + Expect.hex(IDENT), Expect.hex(ident));
        int version = fields.getInt();
        if (version != VERSION) {
            throw new ImageIncompatibleException("libxl stream version " + Integer.toUnsignedString(version), "2");
        }
        int options = fields.getInt();
        if ((options & OPTION_BIG_ENDIAN) != 0) {
            throw new ImageIncompatibleException("a big-endian libxl stream", "little endian");
        }
        return new LibxlHeader(version, options);
    }
}
