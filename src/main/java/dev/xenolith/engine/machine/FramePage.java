package dev.xenolith.engine.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A frame of the host as a page that a guest shares. Whoever makes one sees to it that the frame stays the guest's: by
 * a reference and a writable type of its own.
 */
public final class FramePage implements GuestPage {

    private final Machine machine;
    private final MemorySegment ram;
    private int mfn;

    public FramePage(Machine machine, int mfn) {
        this.machine = machine;
        this.ram = machine.ram().segment();
        this.mfn = mfn;
    }

    public int mfn() {
        return mfn;
    }

    /** The bytes and all that was said of the frame are at another one now. */
    public void moveTo(int newMfn) {
        mfn = newMfn;
    }

    @Override
    public int getByte(int offset) {
        return Byte.toUnsignedInt(ram.get(ValueLayout.JAVA_BYTE, at(offset, 1)));
    }

    @Override
    public int getShort(int offset) {
        return Short.toUnsignedInt(ram.get(ValueLayout.JAVA_SHORT_UNALIGNED, at(offset, 2)));
    }

    @Override
    public int getInt(int offset) {
        return ram.get(ValueLayout.JAVA_INT_UNALIGNED, at(offset, 4));
    }

    @Override
    public long getLong(int offset) {
        return ram.get(ValueLayout.JAVA_LONG_UNALIGNED, at(offset, 8));
    }

    @Override
    public void putByte(int offset, int value) {
        machine.gate().putByte(mfn, offset, (byte) value);
    }

    @Override
    public void putShort(int offset, int value) {
        machine.gate().putShort(mfn, offset, (short) value);
    }

    @Override
    public void putInt(int offset, int value) {
        machine.gate().putInt(mfn, offset, value);
    }

    @Override
    public void putLong(int offset, long value) {
        machine.gate().putLong(mfn, offset, value);
    }

    @Override
    public void read(int offset, byte[] into, int at, int length) {
        MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, at(offset, length), into, at, length);
    }

    @Override
    public void write(int offset, byte[] from, int at, int length) {
        machine.gate().copyIn(mfn, offset, from, at, length);
    }

    private long at(int offset, int length) {
        return machine.readOffset(mfn) + Objects.checkFromIndexSize(offset, length, 4096);
    }
}
