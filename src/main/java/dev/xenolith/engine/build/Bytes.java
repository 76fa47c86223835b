package dev.xenolith.engine.build;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian reading of a file that may lie about its own offsets: out of range throws {@link Truncated}. */
final class Bytes {

    /** A structure of the file reaches past its end. */
    static final class Truncated extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String expected;

        Truncated(long offset, long length, long size) {
            super("expected at least " + (offset + length) + " bytes, got " + size);
            this.expected = "at least " + (offset + length) + " bytes";
        }

        String expected() {
            return expected;
        }
    }

    private final ByteBuffer bytes;

    Bytes(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    static Bytes of(byte[] bytes) {
        return new Bytes(ByteBuffer.wrap(bytes));
    }

    int size() {
        return bytes.capacity();
    }

    int u8(long offset) {
        return bytes.get(index(offset, 1)) & 0xff;
    }

    int u16(long offset) {
        return bytes.getShort(index(offset, 2)) & 0xffff;
    }

    int i32(long offset) {
        return bytes.getInt(index(offset, 4));
    }

    long u32(long offset) {
        return Integer.toUnsignedLong(i32(offset));
    }

    long i64(long offset) {
        return bytes.getLong(index(offset, 8));
    }

    Bytes slice(long offset, long length) {
        return new Bytes(bytes.slice(index(offset, length), (int) length));
    }

    ByteBuffer buffer() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] toArray() {
        byte[] copy = new byte[size()];
        bytes.get(0, copy);
        return copy;
    }

    boolean startsWith(int... magic) {
        byte[] bytesOfMagic = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            bytesOfMagic[i] = (byte) magic[i];
        }
        return startsWith(bytesOfMagic);
    }

    boolean startsWith(byte[] magic) {
        if (size() < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (u8(i) != (magic[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** The bytes from {@code offset} up to a zero or the end, as Latin-1, at most {@code limit} of them. */
    String string(long offset, int limit) {
        StringBuilder text = new StringBuilder();
        for (long at = offset; at < size() && text.length() < limit && u8(at) != 0; at++) {
            text.append((char) u8(at));
        }
        return text.toString();
    }

    private int index(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size() - length) {
            throw new Truncated(Math.max(0, offset), Math.max(0, length), size());
        }
        return (int) offset;
    }
}
