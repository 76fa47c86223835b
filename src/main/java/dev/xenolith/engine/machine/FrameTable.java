package dev.xenolith.engine.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One entry of 40 bytes a frame, off-heap and touched only for frames in use, so that an idle host costs nothing.
 *
 * <pre>
 *   0        8      12     16     20     24          28    32    36      38
 *   | backing | owner | flags | total | type | type count | next | prev | linear | offline |
 * </pre>
 *
 * <ul>
 *   <li>backing: see {@link Backing}
 *   <li>owner: domid + 1, 0 for none
 *   <li>total: references of any kind (Xen's count_info); the frame is freed when it drops to 0
 *   <li>type and type count: the type is {@link FrameType#NONE} exactly when its count is 0
 *   <li>next, prev: the owner's list of frames, 0 at its ends
 *   <li>linear: above 0, entries of this table that map other tables of its own level; below 0, its own uses as the
 *       target of such entries (Xen's linear_pt_count)
 *   <li>offline: see {@link OfflineBits}
 * </ul>
 */
public final class FrameTable implements AutoCloseable {

    private static final int ENTRY_BYTES = 40;

    private static final int BACKING = 0;
    private static final int OWNER = 8;
    private static final int FLAGS = 12;
    private static final int TOTAL = 16;
    private static final int TYPE = 20;
    private static final int TYPE_COUNT = 24;
    private static final int NEXT = 28;
    private static final int PREV = 32;
    private static final int LINEAR = 36;
    private static final int OFFLINE = 38;

    private final ReservedRange range;
    private final MemorySegment table;

    FrameTable(int limit) {
        range = new ReservedRange((long) limit * ENTRY_BYTES);
        table = range.segment();
    }

    long backing(int mfn) {
        return table.get(ValueLayout.JAVA_LONG, (long) mfn * ENTRY_BYTES + BACKING);
    }

    void setBacking(int mfn, long backing) {
        table.set(ValueLayout.JAVA_LONG, (long) mfn * ENTRY_BYTES + BACKING, backing);
    }

    /** The owner's domid + 1, or 0. */
    int ownerId(int mfn) {
        return get(mfn, OWNER);
    }

    void setOwnerId(int mfn, int ownerId) {
        set(mfn, OWNER, ownerId);
    }

    public int flags(int mfn) {
        return get(mfn, FLAGS);
    }

    public boolean has(int mfn, int flag) {
        return (get(mfn, FLAGS) & flag) != 0;
    }

    public void setFlags(int mfn, int flags) {
        set(mfn, FLAGS, flags);
    }

    public void raise(int mfn, int flag) {
        set(mfn, FLAGS, get(mfn, FLAGS) | flag);
    }

    public void lower(int mfn, int flag) {
        set(mfn, FLAGS, get(mfn, FLAGS) & ~flag);
    }

    public int total(int mfn) {
        return get(mfn, TOTAL);
    }

    public void setTotal(int mfn, int total) {
        set(mfn, TOTAL, total);
    }

    public int type(int mfn) {
        return get(mfn, TYPE);
    }

    public int typeCount(int mfn) {
        return get(mfn, TYPE_COUNT);
    }

    public void setType(int mfn, int type, int count) {
        set(mfn, TYPE, type);
        set(mfn, TYPE_COUNT, count);
    }

    public void setTypeCount(int mfn, int count) {
        set(mfn, TYPE_COUNT, count);
    }

    public int linear(int mfn) {
        return table.get(ValueLayout.JAVA_SHORT, (long) mfn * ENTRY_BYTES + LINEAR);
    }

    public void setLinear(int mfn, int count) {
        table.set(ValueLayout.JAVA_SHORT, (long) mfn * ENTRY_BYTES + LINEAR, (short) count);
    }

    int offline(int mfn) {
        return table.get(ValueLayout.JAVA_BYTE, (long) mfn * ENTRY_BYTES + OFFLINE);
    }

    void setOffline(int mfn, int bits) {
        table.set(ValueLayout.JAVA_BYTE, (long) mfn * ENTRY_BYTES + OFFLINE, (byte) bits);
    }

    int next(int mfn) {
        return get(mfn, NEXT);
    }

    void setNext(int mfn, int next) {
        set(mfn, NEXT, next);
    }

    int prev(int mfn) {
        return get(mfn, PREV);
    }

    void setPrev(int mfn, int prev) {
        set(mfn, PREV, prev);
    }

    @Override
    public void close() {
        range.close();
    }

    private int get(int mfn, int field) {
        return table.get(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + field);
    }

    private void set(int mfn, int field, int value) {
        table.set(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + field, value);
    }
}
