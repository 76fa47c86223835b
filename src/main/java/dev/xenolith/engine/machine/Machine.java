package dev.xenolith.engine.machine;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameState;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All frames of the host: who owns them and what backs them.
 *
 * <pre>
 *   mfn 0 … 255        the first MiB: I/O, as on a PC; never given to a domain, so 0 can mean "no frame"
 *   mfn 256 … limit-1  RAM
 * </pre>
 */
public final class Machine implements AutoCloseable {

    public static final int FIRST_FRAME = 256;
    public static final int NO_FRAME = -1;

    /** Largest block of frames in one allocation, 2 MiB, as Xen allows a guest. */
    public static final int MAX_ORDER = 9;

    /** Owner of frames that are no RAM ({@code public/xen.h} DOMID_IO). */
    public static final int DOMID_IO = 0x7FF1;

    private static final int DOMIDS = 1 << 15;

    private static final long MAX_FRAMES = 1L << 28;

    private final int limit;
    private final HostRam ram;
    private final FrameTable table;
    private final FrameBitmap free;
    private final Offlining offlining;
    private final FrameBackings backings;
    private final WriteGate gate;
    private final AtomicReferenceArray<@Nullable FrameOwner> owners = new AtomicReferenceArray<>(DOMIDS);

    public Machine(long frames) {
        if (frames < 1 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("frames: expected 1 to " + MAX_FRAMES + ", got " + frames);
        }
        limit = (int) frames + FIRST_FRAME;
        // More slots than frames: m2p tables take slots, too. They cost nothing until used.
        ram = new HostRam(limit + limit / 4 + 65536);
        table = new FrameTable(limit);
        free = new FrameBitmap(limit);
        for (int mfn = FIRST_FRAME; mfn < limit; mfn++) {
            free.put(mfn);
        }
        offlining = new Offlining(limit, table, free);
        backings = new FrameBackings(ram, table);
        gate = new WriteGate(this);
        FrameOwner io = createOwner(DOMID_IO);
        for (int mfn = 0; mfn < FIRST_FRAME; mfn++) {
            table.setOwnerId(mfn, io.domid() + 1);
        }
    }

    /** One above the highest frame number. */
    public int limit() {
        return limit;
    }

    public HostRam ram() {
        return ram;
    }

    public FrameTable table() {
        return table;
    }

    public WriteGate gate() {
        return gate;
    }

    public FrameBackings backings() {
        return backings;
    }

    /** Host offset of a frame's bytes, good for reading until the owner is told of a move. */
    public long readOffset(int mfn) {
        long backing = table.backing(mfn);
        return backing >= 0 ? backing << 12 : backings.load(mfn) << 12;
    }

    // --- owners

    public synchronized FrameOwner createOwner(int domid) {
        FrameOwner owner = new FrameOwner(domid);
        if (!owners.compareAndSet(domid, null, owner)) {
            throw new IllegalStateException("owner of domid " + domid + ": expected none yet");
        }
        return owner;
    }

    /** Ends an owner; its frames must have been freed. */
    public synchronized void removeOwner(FrameOwner owner) {
        if (owner.first != 0) {
            throw new IllegalStateException("removing the owner of domid " + owner.domid() + ": it still has frames");
        }
        owners.set(owner.domid(), null);
    }

    public boolean hasOwner(int domid) {
        return domid >= 0 && domid < DOMIDS && owners.get(domid) != null;
    }

    /** Asked by the owner's carrier. */
    public boolean owns(FrameOwner owner, int mfn) {
        return table.isOwnedBy(mfn, owner.domid() + 1);
    }

    public @Nullable FrameOwner ownerOf(int mfn) {
        int id = table.ownerId(mfn);
        return id == 0 ? null : owners.get(id - 1);
    }

    /** The owner's frames in the order in which it got them, special ones included. */
    public void forEachFrame(FrameOwner owner, IntConsumer action) {
        for (int mfn = owner.first; mfn != 0; ) {
            int next = table.next(mfn);
            action.accept(mfn);
            mfn = next;
        }
    }

    // --- allocation

    public synchronized int freeFrames() {
        return free.free();
    }

    /**
     * Gives 2^order consecutive zero frames to the owner, each with one reference held by the allocation itself.
     *
     * @return the first of them, or {@link #NO_FRAME} when there are not enough
     */
    public synchronized int allocate(FrameOwner owner, int order) {
        int first = order <= MAX_ORDER ? free.take(order) : FrameBitmap.NONE;
        if (first == FrameBitmap.NONE) {
            return NO_FRAME;
        }
        for (int mfn = first; mfn < first + (1 << order); mfn++) {
            give(owner, mfn, FrameFlags.ALLOCATED);
        }
        return first;
    }

    /** A frame of Xen's own, shared with the guest: it does not count as the domain's memory. */
    public synchronized int allocateSpecial(FrameOwner owner) {
        int mfn = free.take(0);
        if (mfn == FrameBitmap.NONE) {
            return NO_FRAME;
        }
        give(owner, mfn, FrameFlags.ALLOCATED | FrameFlags.SPECIAL);
        return mfn;
    }

    /**
     * Gives a whole block of frames to the owner, as they were where they were saved: with types, counts and pages. The
     * entries of the frame table are made when one of them is first looked at.
     *
     * @return the first of {@link FrameRecords#BLOCK} frames, or {@link #NO_FRAME} when no whole block is free
     */
    public synchronized int allocateBlock(FrameOwner owner, FrameBlock content) {
        int first = free.take(MAX_ORDER);
        if (first == FrameBitmap.NONE) {
            return NO_FRAME;
        }
        PendingBlock block = new PendingBlock(first, owner.domid() + 1, content, owner.last);
        table.defer(block);
        if (owner.last == 0) {
            owner.first = first;
        } else {
            table.setNext(owner.last, first);
        }
        owner.last = block.last();
        owner.count(true, content.special());
        owner.count(false, FrameRecords.BLOCK - content.special());
        return first;
    }

    /** Takes all frames from an owner whom nobody runs any more. Those that were never looked at go as blocks. */
    public synchronized void freeAll(FrameOwner owner) {
        while (owner.first != 0) {
            PendingBlock block = table.pendingAt(owner.first);
            if (block == null) {
                free(owner.first);
            } else {
                free(owner, block);
            }
        }
    }

    private void free(FrameOwner owner, PendingBlock block) {
        table.forget(block);
        owner.first = block.next;
        if (block.next == 0) {
            owner.last = 0;
        } else {
            table.setPrev(block.next, 0);
        }
        owner.count(true, -block.content.special());
        owner.count(false, block.content.special() - FrameRecords.BLOCK);
        if (!block.marked) {
            free.putBlock(block.first);
            return;
        }
        for (int mfn = block.first; mfn <= block.last(); mfn++) {
            offlining.freed(mfn);
        }
    }

    /** Takes the frame from its owner, forgets its bytes and all that was said of it. */
    public synchronized void free(int mfn) {
        FrameOwner owner = ownerOf(mfn);
        if (owner == null || owner.domid() == DOMID_IO) {
            throw new IllegalStateException("freeing mfn 0x" + Integer.toHexString(mfn) + ": no domain owns it");
        }
        int flags = table.flags(mfn);
        if ((flags & FrameFlags.CACHED) != 0) {
            owner.listener().dropTlbEntries(mfn);
        }
        backings.drop(mfn);
        unlink(owner, mfn);
        owner.count((flags & FrameFlags.SPECIAL) != 0, -1);
        forget(mfn);
    }

    /**
     * Puts a free frame in the place of one that a domain has: bytes, counts, flags, its place among the owner's frames.
     * The old frame is free then, or offline if it was marked.
     *
     * @return the new frame, or {@link #NO_FRAME} when none is free and nothing has changed
     */
    public synchronized int replace(int mfn) {
        FrameOwner owner = ownerOf(mfn);
        if (owner == null || owner.domid() == DOMID_IO) {
            throw new IllegalStateException("replacing mfn 0x" + Integer.toHexString(mfn) + ": no domain owns it");
        }
        table.require(mfn);
        int fresh = free.take(0);
        if (fresh == FrameBitmap.NONE) {
            return NO_FRAME;
        }
        owner.listener().dropTlbEntries(mfn);
        table.setOwnerId(fresh, owner.domid() + 1);
        int seen = FrameFlags.PRIVATE | FrameFlags.CODE | FrameFlags.CACHED;
        table.setFlags(fresh, table.flags(mfn) & ~seen);
        table.setTotal(fresh, table.total(mfn));
        table.setType(fresh, table.type(mfn), table.typeCount(mfn));
        table.setLinear(fresh, table.linear(mfn));
        takePlace(owner, mfn, fresh);
        backings.handOver(mfn, fresh);
        forget(mfn);
        return fresh;
    }

    private void takePlace(FrameOwner owner, int mfn, int fresh) {
        int prev = table.prev(mfn);
        int next = table.next(mfn);
        table.setPrev(fresh, prev);
        table.setNext(fresh, next);
        if (prev == 0) {
            owner.first = fresh;
        } else {
            table.setNext(prev, fresh);
        }
        if (next == 0) {
            owner.last = fresh;
        } else {
            table.setPrev(next, fresh);
        }
        table.setNext(mfn, 0);
        table.setPrev(mfn, 0);
    }

    private void forget(int mfn) {
        table.setOwnerId(mfn, 0);
        table.setTotal(mfn, 0);
        table.setType(mfn, FrameType.NONE, 0);
        table.setLinear(mfn, 0);
        table.setFlags(mfn, 0);
        offlining.freed(mfn);
    }

    private void give(FrameOwner owner, int mfn, int flags) {
        table.setOwnerId(mfn, owner.domid() + 1);
        table.setFlags(mfn, flags | FrameFlags.DIRTY);
        table.setTotal(mfn, 1);
        table.setBacking(mfn, Backing.ZERO);
        table.setNext(mfn, 0);
        table.setPrev(mfn, owner.last);
        if (owner.last == 0) {
            owner.first = mfn;
        } else {
            table.setNext(owner.last, mfn);
        }
        owner.last = mfn;
        owner.count((flags & FrameFlags.SPECIAL) != 0, 1);
    }

    private void unlink(FrameOwner owner, int mfn) {
        int next = table.next(mfn);
        int prev = table.prev(mfn);
        if (prev == 0) {
            owner.first = next;
        } else {
            table.setNext(prev, next);
        }
        if (next == 0) {
            owner.last = prev;
        } else {
            table.setPrev(next, prev);
        }
        table.setNext(mfn, 0);
        table.setPrev(mfn, 0);
    }

    // --- offlining

    public synchronized FrameState state(int mfn) {
        return offlining.state(mfn);
    }

    /** Whether the frame is to be given back and never handed out again: pending, offline or broken. */
    public synchronized boolean isMarked(int mfn) {
        return offlining.isMarked(mfn);
    }

    /** Takes a free frame out of use at once, one in use as soon as its owner lets go; see {@link FrameOfflining}. */
    public synchronized FrameOfflining offline(int mfn, boolean isBroken) {
        return offlining.offline(mfn, isBroken);
    }

    /** Undoes {@link #offline}; a broken frame stays as it is. */
    public synchronized FrameOfflining online(int mfn) {
        return offlining.online(mfn);
    }

    public synchronized MachineCounters counters() {
        long frames = (long) limit - FIRST_FRAME;
        return new MachineCounters(
                frames,
                free.free(),
                frames - free.free() - offlining.pending() - offlining.offlined() - offlining.broken(),
                offlining.pending(),
                offlining.offlined(),
                offlining.broken(),
                ram.slotsInUse());
    }

    /** Registers an image whose pages will back frames; see {@link FrameBackings#setImagePage}. */
    public int addSource(PageSource source) {
        return backings.addSource(source);
    }

    public void removeSource(int source) {
        backings.removeSource(source);
    }

    /** A read-only look at a frame's bytes. */
    public MemorySegment page(int mfn) {
        return ram.segment().asSlice(readOffset(mfn), 4096).asReadOnly();
    }

    @Override
    public void close() {
        table.close();
        ram.close();
    }
}
