package dev.xenolith.engine.domain;

import dev.xenolith.engine.machine.GuestPage;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A frame of a guest as a page to read and write; what backs the frame may move between two calls. */
public final class FramePage implements GuestPage {

    private final Machine machine;
    private final MemorySegment ram;
    private final int mfn;

    public FramePage(Machine machine, int mfn) {
        this.machine = machine;
        this.ram = machine.ram().segment();
        this.mfn = mfn;
    }

    public int mfn() {
        return mfn;
    }

    @Override
    public int getByte(int offset) {
        return ram.get(ValueLayout.JAVA_BYTE, machine.readOffset(mfn) + offset) & 0xff;
    }

    @Override
    public int getShort(int offset) {
        return ram.get(ValueLayout.JAVA_SHORT_UNALIGNED, machine.readOffset(mfn) + offset) & 0xffff;
    }

    @Override
    public int getInt(int offset) {
        return ram.get(ValueLayout.JAVA_INT_UNALIGNED, machine.readOffset(mfn) + offset);
    }

    @Override
    public long getLong(int offset) {
        return ram.get(ValueLayout.JAVA_LONG_UNALIGNED, machine.readOffset(mfn) + offset);
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
        MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, machine.readOffset(mfn) + offset, into, at, length);
    }

    @Override
    public void write(int offset, byte[] from, int at, int length) {
        machine.gate().copyIn(mfn, offset, from, at, length);
    }
}
