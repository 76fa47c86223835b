package dev.xenolith.engine.machine;

import dev.xenolith.engine.abi.PageSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The host memory behind all frames: one reserved range cut into slots of 4 KiB.
 *
 * <pre>
 *   slot 0     zeros: backs every frame that was never written, never written itself
 *   slot 1     ones: backs every page of an m2p that has no entry
 *   slot 2 …   one page each: of a frame, of several frames that share it copy-on-write, or of an m2p
 * </pre>
 *
 * <p>A slot given out is always zero, whoever had it before: freed slots are either given back to the system (and come
 * back as zeros) or, a bounded number of them, kept warm and cleared when given out again.
 */
public final class HostRam implements AutoCloseable {

    public static final int ZERO_SLOT = 0;
    public static final int ONES_SLOT = 1;

    private static final int FIRST_FREE_SLOT = 2;

    /** Freed slots kept without telling the system: 32 MiB. */
    private static final int WARM_LIMIT = 8192;

    private static final int END = -1;

    private final ReservedRange range;
    private final MemorySegment ram;
    private final int slots;

    /** Per slot: how many more users than one it has, or the next slot of the free list it is on. */
    private final ReservedRange sharesRange;

    private final MemorySegment shares;

    /** Per slot: the frame that has it for itself, 0 for none. */
    private final ReservedRange usersRange;

    private final MemorySegment users;

    private int neverUsed = FIRST_FREE_SLOT;
    private int coldHead = END;
    private int warmHead = END;
    private int warm;
    private int inUse;

    HostRam(int slots) {
        this.slots = slots;
        range = new ReservedRange((long) slots << PageSize.SHIFT);
        ram = range.segment();
        sharesRange = new ReservedRange((long) slots << 2);
        shares = sharesRange.segment();
        usersRange = new ReservedRange((long) slots << 2);
        users = usersRange.segment();
        ram.asSlice((long) ONES_SLOT << PageSize.SHIFT, PageSize.BYTES).fill((byte) -1);
    }

    /** Every offset the engine hands out is into this segment; an access outside of it throws. */
    public MemorySegment segment() {
        return ram;
    }

    /** Slots that take host memory. */
    public synchronized int slotsInUse() {
        return inUse;
    }

    /** A slot of zeros, for one user. */
    synchronized int take() {
        int slot;
        if (warmHead != END) {
            slot = warmHead;
            warmHead = get(slot);
            warm--;
            page(slot).fill((byte) 0);
        } else if (coldHead != END) {
            slot = coldHead;
            coldHead = get(slot);
        } else if (neverUsed < slots) {
            slot = neverUsed++;
        } else {
            throw new IllegalStateException("host memory: expected a free slot of " + slots + ", got none");
        }
        set(slot, 0);
        inUse++;
        return slot;
    }

    /** One user fewer; the last one frees the slot. */
    synchronized void release(int slot) {
        if (slot < FIRST_FREE_SLOT) {
            throw new IllegalStateException("releasing slot " + slot + ": expected 2 or more");
        }
        int others = get(slot);
        if (others > 0) {
            set(slot, others - 1);
            return;
        }
        inUse--;
        if (warm < WARM_LIMIT || !range.discard((long) slot << PageSize.SHIFT, PageSize.BYTES)) {
            set(slot, warmHead);
            warmHead = slot;
            warm++;
        } else {
            set(slot, coldHead);
            coldHead = slot;
        }
    }

    synchronized void share(int slot) {
        set(slot, get(slot) + 1);
    }

    synchronized boolean isShared(int slot) {
        return get(slot) > 0;
    }

    /** The frame that has the host page at this offset for itself, or 0: shared, an m2p's, or nobody's. */
    public int frameAt(long hostPage) {
        return users.get(ValueLayout.JAVA_INT, hostPage >>> PageSize.SHIFT << 2);
    }

    void setUser(int slot, int mfn) {
        users.set(ValueLayout.JAVA_INT, (long) slot << 2, mfn);
    }

    MemorySegment page(int slot) {
        return ram.asSlice((long) slot << PageSize.SHIFT, PageSize.BYTES);
    }

    @Override
    public void close() {
        usersRange.close();
        sharesRange.close();
        range.close();
    }

    private int get(int slot) {
        return shares.get(ValueLayout.JAVA_INT, (long) slot << 2);
    }

    private void set(int slot, int value) {
        shares.set(ValueLayout.JAVA_INT, (long) slot << 2, value);
    }
}
