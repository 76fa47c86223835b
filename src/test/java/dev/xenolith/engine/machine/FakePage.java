package dev.xenolith.engine.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A page of nobody's frame, for tests of what guests share with the hypervisor. */
public final class FakePage implements GuestPage {

    private final ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    public byte[] bytes() {
        return bytes.array();
    }

    @Override
    public int getByte(int offset) {
        return Byte.toUnsignedInt(bytes.get(offset));
    }

    @Override
    public int getShort(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset));
    }

    @Override
    public int getInt(int offset) {
        return bytes.getInt(offset);
    }

    @Override
    public long getLong(int offset) {
        return bytes.getLong(offset);
    }

    @Override
    public void putByte(int offset, int value) {
        bytes.put(offset, (byte) value);
    }

    @Override
    public void putShort(int offset, int value) {
        bytes.putShort(offset, (short) value);
    }

    @Override
    public void putInt(int offset, int value) {
        bytes.putInt(offset, value);
    }

    @Override
    public void putLong(int offset, long value) {
        bytes.putLong(offset, value);
    }

    @Override
    public void read(int offset, byte[] into, int at, int length) {
        bytes.get(offset, into, at, length);
    }

    @Override
    public void write(int offset, byte[] from, int at, int length) {
        bytes.put(offset, from, at, length);
    }
}
