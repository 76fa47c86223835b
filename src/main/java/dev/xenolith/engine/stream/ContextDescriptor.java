package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What precedes each domain-context entry.
 *
 * <pre>
 *   0  u16  typecode
 *   2  u16  vcpu id, 0 for a global type
 *   4  u16  flags: bit 0 IGNORE, a restore leaves the entry out
 *   6  u16  reserved
 *   8  u64  length of the body, which is padded with zeroes to a multiple of 8
 * </pre>
 */
public record ContextDescriptor(int typecode, int vcpu, int flags, long length) {

    public static final int BYTES = 16;
    public static final int FLAG_IGNORE = 1;

    /** The first entry's type; its body is {@link ContextHeader}. */
    public static final int HEADER = 1;

    /** The last entry's type; its body is empty. */
    public static final int END = 0;

    /** The lowest and highest typecodes that may be registered. */
    public static final int TYPECODE_MIN = 2;

    public static final int TYPECODE_MAX = 255;

    static final String NAME = "context descriptor";

    public boolean ignored() {
        return (flags & FLAG_IGNORE) != 0;
    }

    public ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) typecode)
                .putShort((short) vcpu)
                .putShort((short) flags)
                .putShort((short) 0)
                .putLong(length)
                .flip();
    }

    static ContextDescriptor decode(ByteBuffer fields) {
        int typecode = Short.toUnsignedInt(fields.getShort());
        int vcpu = Short.toUnsignedInt(fields.getShort());
        int flags = Short.toUnsignedInt(fields.getShort());
        fields.getShort();
        return new ContextDescriptor(typecode, vcpu, flags, fields.getLong());
    }
}
