package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageIncompatibleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The body of the first domain-context entry.
 *
 * <pre>
 *   0  u32  magic, 0x53415645 ("SAVE")
 *   4  u32  version of the entries' layouts
 * </pre>
 */
final class ContextHeader {

    static final String NAME = "context HEADER";
    static final int MAGIC = 0x53415645;
    static final int BYTES = 8;

    private ContextHeader() {}

    static ByteBuffer encode(int version) {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putInt(version)
                .flip();
    }

    static void check(ByteBuffer body, long offset, int version) {
        int magic = body.getInt();
        Expect.that(magic == MAGIC, NAME, offset, "magic " + Expect.hex(MAGIC), Expect.hex(magic));
        int got = body.getInt();
        if (got != version) {
            throw new ImageIncompatibleException(
                    "domain-context version " + Integer.toUnsignedString(got), "version " + version);
        }
    }
}
