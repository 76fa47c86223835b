package dev.xenolith.engine.machine;

import dev.xenolith.engine.abi.PageSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The one way to write a frame. Opening it for a frame gives a host offset that may be written: the frame then has a
 * slot of its own, is marked dirty, and holds no decoded code.
 *
 * <p>An offset stays good until the frame's owner is told otherwise, and only while the frame needs no more watching:
 * whoever caches one (a TLB's write entry) must not do so for a frame that holds code or is clean under log-dirty.
 */
public final class WriteGate {

    private static final int READY = FrameFlags.PRIVATE | FrameFlags.DIRTY;
    private static final int WATCHED = READY | FrameFlags.CODE;

    private final Machine machine;
    private final FrameTable table;
    private final MemorySegment ram;

    WriteGate(Machine machine) {
        this.machine = machine;
        table = machine.table();
        ram = machine.ram().segment();
    }

    /** Host offset of the frame's first byte, good for writing now. */
    public long open(int mfn) {
        if ((table.flags(mfn) & WATCHED) == READY) {
            return table.backing(mfn) << PageSize.SHIFT;
        }
        return openSlowly(mfn);
    }

    private long openSlowly(int mfn) {
        FrameListener listener = listener(mfn);
        forgetCode(mfn, listener);
        if (!table.has(mfn, FrameFlags.PRIVATE)) {
            machine.backings().makePrivate(mfn, listener);
        }
        table.raise(mfn, FrameFlags.DIRTY);
        return table.backing(mfn) << PageSize.SHIFT;
    }

    private void forgetCode(int mfn, FrameListener listener) {
        if (table.has(mfn, FrameFlags.CODE)) {
            table.lower(mfn, FrameFlags.CODE);
            listener.codeChanged(mfn);
        }
    }

    private FrameListener listener(int mfn) {
        FrameOwner owner = machine.ownerOf(mfn);
        if (owner == null || owner.domid() == Machine.DOMID_IO) {
            throw new IllegalStateException("writing mfn 0x" + Integer.toHexString(mfn) + ": no domain owns it");
        }
        return owner.listener();
    }

    public void putLong(int mfn, int offset, long value) {
        ram.set(ValueLayout.JAVA_LONG_UNALIGNED, open(mfn) + checkSpan(offset, 8), value);
    }

    public void putInt(int mfn, int offset, int value) {
        ram.set(ValueLayout.JAVA_INT_UNALIGNED, open(mfn) + checkSpan(offset, 4), value);
    }

    public void putShort(int mfn, int offset, short value) {
        ram.set(ValueLayout.JAVA_SHORT_UNALIGNED, open(mfn) + checkSpan(offset, 2), value);
    }

    public void putByte(int mfn, int offset, byte value) {
        ram.set(ValueLayout.JAVA_BYTE, open(mfn) + checkSpan(offset, 1), value);
    }

    public void copyIn(int mfn, int offset, byte[] from, int fromOffset, int length) {
        checkSpan(offset, length);
        MemorySegment.copy(from, fromOffset, ram, ValueLayout.JAVA_BYTE, open(mfn) + offset, length);
    }

    public void copyIn(int mfn, int offset, MemorySegment from, long fromOffset, int length) {
        checkSpan(offset, length);
        MemorySegment.copy(from, fromOffset, ram, open(mfn) + offset, length);
    }

    /** Copies a whole frame; a zero source costs no memory. */
    public void copyFrame(int to, int from) {
        if (machine.backings().isZero(from)) {
            zero(to);
        } else {
            long source = machine.readOffset(from);
            MemorySegment.copy(ram, source, ram, open(to), PageSize.BYTES);
        }
    }

    /** Makes the frame all zeros and gives back the memory it took. */
    public void zero(int mfn) {
        FrameListener listener = listener(mfn);
        forgetCode(mfn, listener);
        machine.backings().zero(mfn, listener);
        table.raise(mfn, FrameFlags.DIRTY);
    }

    private static int checkSpan(int offset, int length) {
        if (offset < 0 || length < 0 || offset + length > PageSize.BYTES) {
            throw new IndexOutOfBoundsException(
                    "span in a frame: expected within 0 to 4096, got " + offset + " + " + length);
        }
        return offset;
    }
}
