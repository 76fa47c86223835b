package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * X86_TSC_INFO, as {@code XEN_DOMCTL_gettscinfo} gives it.
 *
 * <pre>
 *   0  u32  mode
 *   4  u32  khz
 *   8  u64  nsec
 *  16  u32  incarnation
 *  20       reserved
 * </pre>
 */
public record TscInfo(int mode, long khz, long nsec, long incarnation) {

    public static final String NAME = "X86_TSC_INFO";
    public static final int BYTES = 24;

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(mode)
                .putInt((int) khz)
                .putLong(nsec)
                .putInt((int) incarnation)
                .clear();
    }

    public static TscInfo decode(ByteBuffer body, long offset) {
        Expect.length(NAME, offset, BYTES, body.remaining());
        return new TscInfo(
                body.getInt(),
                Integer.toUnsignedLong(body.getInt()),
                body.getLong(),
                Integer.toUnsignedLong(body.getInt()));
    }
}
