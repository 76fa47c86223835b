package dev.xenolith.engine.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

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
 *
 * <p>The entries of a restored domain are made a block at a time, when one of them is first looked at. Owner, links
 * and offline bits are known before, so that frames are counted, walked, marked and given back without. Until then their
 * entries are those of free frames: zeroes, but for the offline bits.
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

    private static final int BLOCK_SHIFT = 9;

    private static final VarHandle IS_PENDING = MethodHandles.arrayElementVarHandle(byte[].class);

    private final ReservedRange range;
    private final MemorySegment table;

    /**
     * By block: not 0 where entries are not made yet. A plain look will do for the owner's carrier, which alone asks for
     * entries; whoever else asks whose a frame is looks as one that may be overtaken.
     */
    private final byte[] isPending;

    private final @Nullable PendingBlock[] pending;

    FrameTable(int limit) {
        range = new ReservedRange((long) limit * ENTRY_BYTES);
        table = range.segment();
        isPending = new byte[(limit + FrameRecords.BLOCK - 1) >>> BLOCK_SHIFT];
        pending = new @Nullable PendingBlock[isPending.length];
    }

    // --- blocks whose entries are made later

    /** Of a block whose frames are all free. */
    synchronized void defer(PendingBlock block) {
        pending[block.first >>> BLOCK_SHIFT] = block;
        IS_PENDING.setRelease(isPending, block.first >>> BLOCK_SHIFT, (byte) 1);
    }

    /** The block is its owner's no more, and its entries will never be made. */
    synchronized void forget(PendingBlock block) {
        done(block);
    }

    private void done(PendingBlock block) {
        IS_PENDING.setRelease(isPending, block.first >>> BLOCK_SHIFT, (byte) 0);
        pending[block.first >>> BLOCK_SHIFT] = null;
    }

    /** The block that the frame is in, if its entries are not made yet. */
    @Nullable
    PendingBlock pendingAt(int mfn) {
        boolean is = (byte) IS_PENDING.getAcquire(isPending, mfn >>> BLOCK_SHIFT) != 0;
        return is ? pending[mfn >>> BLOCK_SHIFT] : null;
    }

    /** Makes sure that the frame has its entry; throws {@link ImagePageCorruptException} if that cannot be had. */
    void require(int mfn) {
        if (isPending[mfn >>> BLOCK_SHIFT] != 0) {
            make(mfn);
        }
    }

    private synchronized void make(int mfn) {
        PendingBlock block = pendingAt(mfn);
        if (block == null) {
            return;
        }
        try {
            block.content
                    .records()
                    .read(
                            block.content.number(),
                            (place, flags, type, typeCount, total, linear, page) ->
                                    enter(block, place, flags, type, typeCount, total, linear, page));
        } catch (RuntimeException e) {
            throw new ImagePageCorruptException(
                    mfn, "frames of an image, block " + block.content.number() + ": " + e.getMessage(), e);
        }
        done(block);
    }

    private void enter(
            PendingBlock block, int place, int flags, int type, int typeCount, int total, int linear, long page) {
        int mfn = block.first + place;
        long at = (long) mfn * ENTRY_BYTES;
        long backing = page == FrameRecords.ZEROES ? Backing.ZERO : Backing.image(block.content.source(), page);
        table.set(ValueLayout.JAVA_LONG, at + BACKING, backing);
        table.set(ValueLayout.JAVA_INT, at + OWNER, block.ownerId);
        table.set(ValueLayout.JAVA_INT, at + FLAGS, flags | FrameFlags.DIRTY);
        table.set(ValueLayout.JAVA_INT, at + TOTAL, total);
        table.set(ValueLayout.JAVA_INT, at + TYPE, type);
        table.set(ValueLayout.JAVA_INT, at + TYPE_COUNT, typeCount);
        table.set(ValueLayout.JAVA_INT, at + NEXT, mfn == block.last() ? block.next : mfn + 1);
        table.set(ValueLayout.JAVA_INT, at + PREV, mfn == block.first ? block.prev : mfn - 1);
        table.set(ValueLayout.JAVA_SHORT, at + LINEAR, (short) linear);
    }

    // --- entries

    long backing(int mfn) {
        long found = table.get(ValueLayout.JAVA_LONG, (long) mfn * ENTRY_BYTES + BACKING);
        return found == Backing.ZERO && isPending[mfn >>> BLOCK_SHIFT] != 0 ? backingOnceMade(mfn) : found;
    }

    private long backingOnceMade(int mfn) {
        make(mfn);
        return table.get(ValueLayout.JAVA_LONG, (long) mfn * ENTRY_BYTES + BACKING);
    }

    void setBacking(int mfn, long backing) {
        require(mfn);
        table.set(ValueLayout.JAVA_LONG, (long) mfn * ENTRY_BYTES + BACKING, backing);
    }

    /** The owner's domid + 1, or 0. */
    int ownerId(int mfn) {
        PendingBlock block = pendingAt(mfn);
        return block == null ? table.get(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + OWNER) : block.ownerId;
    }

    /** The same asked by that owner's carrier, for which nothing changes meanwhile. */
    boolean isOwnedBy(int mfn, int ownerId) {
        int found = table.get(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + OWNER);
        return found == ownerId || (found == 0 && ownerId(mfn) == ownerId);
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
        int flags = get(mfn, FLAGS);
        if ((flags & flag) != flag) {
            set(mfn, FLAGS, flags | flag);
        }
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
        require(mfn);
        return table.get(ValueLayout.JAVA_SHORT, (long) mfn * ENTRY_BYTES + LINEAR);
    }

    public void setLinear(int mfn, int count) {
        require(mfn);
        table.set(ValueLayout.JAVA_SHORT, (long) mfn * ENTRY_BYTES + LINEAR, (short) count);
    }

    int offline(int mfn) {
        return table.get(ValueLayout.JAVA_BYTE, (long) mfn * ENTRY_BYTES + OFFLINE);
    }

    void setOffline(int mfn, int bits) {
        PendingBlock block = pendingAt(mfn);
        if (block != null) {
            block.marked = true;
        }
        table.set(ValueLayout.JAVA_BYTE, (long) mfn * ENTRY_BYTES + OFFLINE, (byte) bits);
    }

    int next(int mfn) {
        PendingBlock block = isPending[mfn >>> BLOCK_SHIFT] == 0 ? null : pendingAt(mfn);
        if (block == null) {
            return get(mfn, NEXT);
        }
        return mfn == block.last() ? block.next : mfn + 1;
    }

    void setNext(int mfn, int next) {
        if (isPending[mfn >>> BLOCK_SHIFT] == 0 || !linkBlock(mfn, next, true)) {
            set(mfn, NEXT, next);
        }
    }

    int prev(int mfn) {
        PendingBlock block = isPending[mfn >>> BLOCK_SHIFT] == 0 ? null : pendingAt(mfn);
        if (block == null) {
            return get(mfn, PREV);
        }
        return mfn == block.first ? block.prev : mfn - 1;
    }

    void setPrev(int mfn, int prev) {
        if (isPending[mfn >>> BLOCK_SHIFT] == 0 || !linkBlock(mfn, prev, false)) {
            set(mfn, PREV, prev);
        }
    }

    /** Links the end of a block whose entries are not made; false if the frame is no such end. */
    private synchronized boolean linkBlock(int mfn, int other, boolean next) {
        PendingBlock block = pendingAt(mfn);
        if (block == null || mfn != (next ? block.last() : block.first)) {
            return false;
        }
        if (next) {
            block.next = other;
        } else {
            block.prev = other;
        }
        return true;
    }

    @Override
    public void close() {
        range.close();
    }

    /** Anything but 0 is in an entry that was made: it saves the look at the block. */
    private int get(int mfn, int field) {
        int found = table.get(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + field);
        return found == 0 && isPending[mfn >>> BLOCK_SHIFT] != 0 ? getOnceMade(mfn, field) : found;
    }

    private int getOnceMade(int mfn, int field) {
        make(mfn);
        return table.get(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + field);
    }

    private void set(int mfn, int field, int value) {
        require(mfn);
        table.set(ValueLayout.JAVA_INT, (long) mfn * ENTRY_BYTES + field, value);
    }
}
