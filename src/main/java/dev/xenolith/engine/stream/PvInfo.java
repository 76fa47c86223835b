package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * X86_PV_INFO.
 *
 * <pre>
 *   0  u8  guest_width in bytes, 4 or 8
 *   1  u8  pt_levels, 3 or 4
 *   2      reserved
 * </pre>
 */
public record PvInfo(int guestWidth, int ptLevels) {

    public static final String NAME = "X86_PV_INFO";
    public static final int BYTES = 8;

    public static PvInfo x86of64Bit() {
        return new PvInfo(8, 4);
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) guestWidth)
                .put((byte) ptLevels)
                .clear();
    }

    public static PvInfo decode(ByteBuffer body, long offset) {
        Expect.length(NAME, offset, BYTES, body.remaining());
        int width = Byte.toUnsignedInt(body.get());
        int levels = Byte.toUnsignedInt(body.get());
        if (width == 4 && levels == 3) {
            throw new ImageIncompatibleException("a 32-bit PV guest", "64-bit PV guests");
        }
        Expect.that(width == 8, NAME, offset, "a guest width of 8 bytes", width);
        Expect.that(levels == 4, NAME, offset, "4 page-table levels", levels);
        return new PvInfo(width, levels);
    }
}
