package dev.xenolith.engine.mmu;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.cpu.CodeCache;
import dev.xenolith.engine.machine.FrameBlock;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameListener;
import dev.xenolith.engine.machine.FrameOwner;
import dev.xenolith.engine.machine.FrameRecords;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.IdentityFrameView;
import dev.xenolith.engine.machine.KeptFrameView;
import dev.xenolith.engine.machine.M2p;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * All memory of one domain: its frames, the numbers its guest knows them by, their types, and the vcpus that look at
 * them. Touched by one thread at a time, the domain's carrier.
 */
public final class DomainMemory {

    private final Machine machine;
    private final FrameTable table;
    private final MemorySegment ram;
    private final FrameOwner owner;
    private final FrameView view;
    private final M2p m2p;
    private final CodeCache codeCache;
    private final TlbShootdown shootdown;
    private final PageTypes types;
    private final EntryUpdates updates;
    private final HeldFrames held;

    private final WorkLimit work = new WorkLimit();

    private Continuation continuation = new Continuation(0, 0);
    private boolean preempted;
    private int guestDomid;
    private int maxPages;
    private long maximumGpfn;
    private List<MemoryMapEntry> memoryMap = List.of();
    private boolean writablePageTables;
    private boolean strictM2p;

    /** A domain whose guest will know frames by the host's own numbers. */
    public DomainMemory(Machine machine, int domid, int maxPages) {
        this(machine, machine.createOwner(domid), maxPages, 0);
    }

    private DomainMemory(Machine machine, FrameOwner owner, int maxPages, long keptLimit) {
        this.machine = machine;
        this.owner = owner;
        this.maxPages = maxPages;
        table = machine.table();
        ram = machine.ram().segment();
        view = keptLimit == 0 ? new IdentityFrameView(machine, owner) : new KeptFrameView(machine, owner, keptLimit);
        m2p = new M2p(machine, view.limit());
        codeCache = new CodeCache();
        shootdown = new TlbShootdown(machine, codeCache);
        owner.setListener(shootdown);
        types = new PageTypes(this);
        updates = new EntryUpdates(this);
        held = new HeldFrames(this);
        guestDomid = owner.domid();
    }

    /**
     * A domain whose guest goes on with the numbers it had where it was saved.
     *
     * @param keptLimit one above the highest frame number there, from {@link MemoryState#frameLimit}
     */
    public static DomainMemory keepingNumbers(Machine machine, int domid, int maxPages, long keptLimit) {
        return new DomainMemory(machine, machine.createOwner(domid), maxPages, keptLimit);
    }

    public Machine machine() {
        return machine;
    }

    public FrameOwner owner() {
        return owner;
    }

    public FrameView view() {
        return view;
    }

    public M2p m2p() {
        return m2p;
    }

    public CodeCache codeCache() {
        return codeCache;
    }

    public PageTypes types() {
        return types;
    }

    /** References that others than page tables hold: backends, event frames, grants. */
    public HeldFrames held() {
        return held;
    }

    public List<VcpuMmu> vcpus() {
        return shootdown.vcpus();
    }

    TlbShootdown shootdown() {
        return shootdown;
    }

    EntryUpdates updates() {
        return updates;
    }

    WorkLimit work() {
        return work;
    }

    void beginWork() {
        work.begin();
        preempted = false;
    }

    boolean isPreempted() {
        return preempted;
    }

    Continuation continuation() {
        return continuation;
    }

    /** Returns what the handler returns to say that it stopped half-way. */
    long continueWith(long argument1, long argument2) {
        continuation = new Continuation(argument1, argument2);
        preempted = true;
        return PvMmu.PREEMPTED;
    }

    // --- facts of the domain

    /** The domid that the guest believes to have; kept over a transparent restore. */
    public int guestDomid() {
        return guestDomid;
    }

    public void setGuestDomid(int domid) {
        guestDomid = domid;
    }

    public int pages() {
        return owner.pages();
    }

    /** Highest pfn by the guest's own account, from its shared info; 0 until it has set one. */
    public long maximumGpfn() {
        return maximumGpfn;
    }

    public void setMaximumGpfn(long pfn) {
        maximumGpfn = pfn;
    }

    public int maxPages() {
        return maxPages;
    }

    public void setMaxPages(int pages) {
        maxPages = pages;
    }

    public List<MemoryMapEntry> memoryMap() {
        return memoryMap;
    }

    public void setMemoryMap(List<MemoryMapEntry> entries) {
        memoryMap = List.copyOf(entries);
    }

    /** {@code VMASST_TYPE_writable_pagetables}: stores to level 1 tables are emulated, not faults. */
    public boolean writablePageTables() {
        return writablePageTables;
    }

    public void setWritablePageTables(boolean on) {
        writablePageTables = on;
    }

    /** {@code VMASST_TYPE_m2p_strict}: guest user mode does not see the m2p. */
    public boolean strictM2p() {
        return strictM2p;
    }

    public void setStrictM2p(boolean on) {
        strictM2p = on;
        shootdown.flushAll();
    }

    // --- frames come and go

    /**
     * 2^order new zero frames, consecutive and aligned, also by the guest's numbers.
     *
     * @return the first, or {@link Machine#NO_FRAME} when the host has none or the domain may have no more
     */
    public int allocate(int order) {
        if (owner.pages() + (1L << order) > maxPages) {
            return Machine.NO_FRAME;
        }
        return named(machine.allocate(owner, order), order);
    }

    /** New frames without a number that the guest can know them by are of no use. */
    private int named(int first, int order) {
        if (first != Machine.NO_FRAME && view.add(first, order) == FrameView.NOT_OURS) {
            for (int mfn = first; mfn < first + (1 << order); mfn++) {
                machine.free(mfn);
            }
            return Machine.NO_FRAME;
        }
        return first;
    }

    /** The same for frames that replace others at once, whatever the maximum; see {@link MemoryExchange}. */
    int allocateInExchange(int order) {
        return named(machine.allocate(owner, order), order);
    }

    /**
     * A frame of Xen's shared with the guest, such as shared info: writable by it, never a page table ({@code
     * share_xen_page_with_guest}).
     */
    public int allocateSpecial() {
        int mfn = named(machine.allocateSpecial(owner), 0);
        if (mfn != Machine.NO_FRAME) {
            table.setType(mfn, FrameType.WRITABLE, 1);
        }
        return mfn;
    }

    /** A frame that keeps the number by which the guest has always known it; false when the host has none. */
    public boolean allocateKept(long guestMfn, boolean special) {
        int mfn = special ? machine.allocateSpecial(owner) : machine.allocate(owner, 0);
        if (mfn == Machine.NO_FRAME) {
            return false;
        }
        if (special) {
            table.setType(mfn, FrameType.WRITABLE, 1);
        }
        ((KeptFrameView) view).keep(guestMfn, mfn);
        return true;
    }

    /** A block of frames that keep their numbers, types and counts; false when the host has no whole block free. */
    boolean allocateKept(long guestMfn, FrameBlock block) {
        int first = machine.allocateBlock(owner, block);
        if (first == Machine.NO_FRAME) {
            return false;
        }
        ((KeptFrameView) view).keepAll(guestMfn, first, FrameRecords.BLOCK);
        return true;
    }

    /** Drops the reference that the allocation itself holds; the frame goes when nothing else refers to it. */
    public boolean giveBack(int mfn) {
        if (!table.has(mfn, FrameFlags.ALLOCATED)) {
            return false;
        }
        table.lower(mfn, FrameFlags.ALLOCATED);
        if (table.has(mfn, FrameFlags.SPECIAL)) {
            types.putType(mfn);
        }
        types.putPage(mfn);
        return true;
    }

    /** The last reference is gone. */
    void frameLost(int mfn) {
        setM2p(view.guestMfnOf(mfn), M2p.INVALID);
        machine.free(mfn);
        view.remove(mfn);
        held.lost(mfn);
    }

    /**
     * Puts another frame of the host behind a page. No number that the guest knows changes.
     *
     * @return the new frame, or {@link Machine#NO_FRAME} when the host has none and nothing has changed
     */
    public int replaceBacking(int mfn) {
        int fresh = machine.replace(mfn);
        if (fresh != Machine.NO_FRAME) {
            view.replaced(mfn, fresh);
            held.moved(mfn, fresh);
            for (VcpuMmu vcpu : vcpus()) {
                vcpu.replaceBase(mfn, fresh);
                vcpu.descriptors().replace(mfn, fresh);
            }
        }
        return fresh;
    }

    public void setM2p(long guestMfn, long pfn) {
        if (guestMfn < 0 || guestMfn >= m2p.limit()) {
            return;
        }
        long page = guestMfn >>> 9;
        boolean moves = m2p.isShared(page);
        long before = m2p.pageOffset(page);
        m2p.set(guestMfn, pfn);
        if (moves && m2p.pageOffset(page) != before) {
            shootdown.dropPage(before);
        }
    }

    /** Frees everything, whatever refers to it: the domain is gone and so are all references. */
    public void destroy() {
        owner.setDying();
        // No vcpu will look at a frame again.
        owner.setListener(FrameListener.NONE);
        machine.freeAll(owner);
        m2p.close();
        machine.removeOwner(owner);
    }

    /** From now on a frame is dirty only when it is written again. */
    public void markAllClean() {
        machine.forEachFrame(owner, mfn -> table.lower(mfn, FrameFlags.DIRTY));
        // Write entries were handed out for frames that were dirty anyway.
        shootdown.flushAll();
    }

    public boolean isDirty(int mfn) {
        return table.has(mfn, FrameFlags.DIRTY);
    }

    /** What is wrong with the counts and types of the quiescent domain, in sentences; empty when nothing is. */
    public List<String> checkInvariants() {
        return new InvariantCheck(this).run();
    }

    // --- bytes of frames, for the engine itself

    /** The domain's frame behind a number that its guest names, or {@link FrameView#NOT_OURS}. */
    public int frameOf(long guestMfn) {
        return view.frameOf(guestMfn);
    }

    public MemorySegment ram() {
        return ram;
    }

    public long readLong(int mfn, int offset) {
        return ram.get(ValueLayout.JAVA_LONG_UNALIGNED, machine.readOffset(mfn) + offset);
    }

    public int readInt(int mfn, int offset) {
        return ram.get(ValueLayout.JAVA_INT_UNALIGNED, machine.readOffset(mfn) + offset);
    }

    public short readShort(int mfn, int offset) {
        return ram.get(ValueLayout.JAVA_SHORT_UNALIGNED, machine.readOffset(mfn) + offset);
    }

    public byte readByte(int mfn, int offset) {
        return ram.get(ValueLayout.JAVA_BYTE, machine.readOffset(mfn) + offset);
    }

    public void writeLong(int mfn, int offset, long value) {
        machine.gate().putLong(mfn, offset, value);
    }

    public void writeInt(int mfn, int offset, int value) {
        machine.gate().putInt(mfn, offset, value);
    }

    public void writeShort(int mfn, int offset, short value) {
        machine.gate().putShort(mfn, offset, value);
    }

    public void writeByte(int mfn, int offset, byte value) {
        machine.gate().putByte(mfn, offset, value);
    }

    public void read(int mfn, int offset, byte[] into, int at, int length) {
        Objects.checkFromIndexSize(offset, length, PageSize.BYTES);
        MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, machine.readOffset(mfn) + offset, into, at, length);
    }

    public void write(int mfn, int offset, byte[] from, int at, int length) {
        machine.gate().copyIn(mfn, offset, from, at, length);
    }
}
