package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ACCESSED;
import static dev.xenolith.engine.abi.PageTableEntry.DIRTY;
import static dev.xenolith.engine.abi.PageTableEntry.NX;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.cpu.AddressSpace;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.machine.FrameFlags;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.FrameType;
import dev.xenolith.engine.machine.FrameView;
import dev.xenolith.engine.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One vcpu's address spaces: the tables its two guest modes walk, its descriptor tables, and the walker itself.
 *
 * <p>Both modes run at CPL 3 and every validated entry has USER, so a walk never fails for privilege: guest user mode is
 * kept out of the kernel by having tables of its own. The walker trusts the tables, because nothing but validated entries
 * ever gets into them.
 */
public final class VcpuMmu implements AddressSpace {

    /** Bits of a page fault's error code (SDM volume 3, 4.7). */
    static final int FAULT_PRESENT = 1;

    static final int FAULT_WRITE = 2;
    static final int FAULT_USER = 4;
    static final int FAULT_FETCH = 16;

    /** Result of a walk for an address that is not canonical. */
    static final long NOT_CANONICAL = Long.MIN_VALUE;

    static final long XEN_START = 0xFFFF_8000_0000_0000L;
    static final long XEN_END = 0xFFFF_8800_0000_0000L;

    private static final int NO_TABLE = 0;

    private final DomainMemory memory;
    private final int id;
    private final Machine machine;
    private final FrameTable table;
    private final FrameView view;
    private final MemorySegment ram;
    private final DescriptorTables descriptors;
    private final WritableTables writableTables;
    private final GuestAccess access;

    private VcpuTlb tlb = VcpuTlb.NONE;
    private int kernelTable = NO_TABLE;
    private int userTable = NO_TABLE;

    public VcpuMmu(DomainMemory memory, int id) {
        this.memory = memory;
        this.id = id;
        machine = memory.machine();
        table = machine.table();
        view = memory.view();
        ram = machine.ram().segment();
        descriptors = new DescriptorTables(memory, this);
        writableTables = new WritableTables(memory, this);
        access = new GuestAccess(this);
        memory.shootdown().add(this);
    }

    public int id() {
        return id;
    }

    public DomainMemory memory() {
        return memory;
    }

    public DescriptorTables descriptors() {
        return descriptors;
    }

    /** Guest memory as a hypercall of this vcpu sees it. */
    public GuestAccess access() {
        return access;
    }

    public VcpuTlb tlb() {
        return tlb;
    }

    public void attach(VcpuTlb vcpuTlb) {
        tlb = vcpuTlb;
    }

    // --- base tables

    /** The frame of the kernel's level 4 table, 0 for none. */
    int kernelTable() {
        return kernelTable;
    }

    int userTable() {
        return userTable;
    }

    /** The guest's number of the kernel's level 4 table, 0 for none: what cr3 shows. */
    public long kernelGuestMfn() {
        return kernelTable == NO_TABLE ? 0 : view.guestMfnOf(kernelTable);
    }

    public long userGuestMfn() {
        return userTable == NO_TABLE ? 0 : view.guestMfnOf(userTable);
    }

    /** How many of the vcpu's base tables the frame is. */
    int baseUses(int mfn) {
        return (kernelTable == mfn ? 1 : 0) + (userTable == mfn ? 1 : 0);
    }

    /** Another frame holds what this base table held; its counts are the caller's to move. */
    void replaceBase(int from, int to) {
        kernelTable = kernelTable == from ? to : kernelTable;
        userTable = userTable == from ? to : userTable;
    }

    /** {@code MMUEXT_NEW_BASEPTR} and a write to cr3. */
    public int setKernelTable(long guestMfn) {
        int mfn = view.frameOf(guestMfn);
        if (kernelTable != NO_TABLE && mfn == kernelTable) {
            tlb.flush();
            return 0;
        }
        int result = memory.types().getPageAndType(guestMfn, FrameType.L4);
        if (result < 0) {
            return result;
        }
        descriptors.dropLdtFrames();
        int old = kernelTable;
        kernelTable = mfn;
        if (old != NO_TABLE) {
            memory.types().putPageAndType(old);
        }
        tlb.flush();
        return 0;
    }

    /** {@code MMUEXT_NEW_USER_BASEPTR}; 0 takes the table away. */
    public int setUserTable(long guestMfn) {
        if (guestMfn == userGuestMfn()) {
            return 0;
        }
        int mfn = NO_TABLE;
        if (guestMfn != 0) {
            int result = memory.types().getPageAndType(guestMfn, FrameType.L4);
            if (result < 0) {
                return result;
            }
            mfn = view.frameOf(guestMfn);
        }
        int old = userTable;
        userTable = mfn;
        if (old != NO_TABLE) {
            memory.types().putPageAndType(old);
        }
        tlb.flush(false);
        return 0;
    }

    /** Lets go of all tables: the vcpu is reset. */
    public void dropTables() {
        descriptors.dropGdt();
        descriptors.dropLdtFrames();
        descriptors.setLdt(0, 0);
        if (kernelTable != NO_TABLE) {
            int old = kernelTable;
            kernelTable = NO_TABLE;
            memory.types().putPageAndType(old);
        }
        setUserTable(0);
        tlb.flush();
    }

    // --- the CPU's side

    @Override
    public MemorySegment ram() {
        return ram;
    }

    @Override
    public long translate(Cpu cpu, long va, int kind) {
        long page = walk(va, kind, cpu.kernelMode());
        if (page < 0) {
            throw page == NOT_CANONICAL ? cpu.fault(Vector.GP, 0) : cpu.pageFault(va, errorCode(page));
        }
        return page;
    }

    @Override
    public void trappedWrite(Cpu cpu, long va, int size, long value) {
        if (!writableTables.write(va, size, value)) {
            throw cpu.pageFault(va, FAULT_PRESENT | FAULT_WRITE);
        }
    }

    @Override
    public void markCode(long hostPage) {
        memory.shootdown().watchCode(hostPage);
    }

    /** The error code behind a negative result of {@link #walk}. */
    static int errorCode(long walked) {
        return (int) (-1 - walked);
    }

    // --- the walker

    /**
     * Walks the tables of a mode, setting accessed and dirty bits.
     *
     * @return the page's offset in {@link #ram} with the flags of {@link AddressSpace}, or −1 − the fault's error code,
     *     or {@link #NOT_CANONICAL}
     */
    long walk(long va, int kind, boolean kernel) {
        if (va >= XEN_START && va < XEN_END) {
            return walkXen(va, kind, kernel);
        }
        if (va >> 47 != va >> 63) {
            return NOT_CANONICAL;
        }
        int at = kernel ? kernelTable : userTable;
        if (at == NO_TABLE) {
            return fault(kind, kernel, 0);
        }
        long rights = -1;
        long noExecute = 0;
        for (int level = PageTableEntry.LEVELS; level > 1; level--) {
            long entry = entryForWalk(at, PageTableEntry.index(va, level));
            if ((entry & PRESENT) == 0) {
                return fault(kind, kernel, 0);
            }
            rights &= entry;
            noExecute |= entry;
            at = view.frameOfValidated(PageTableEntry.mfn(entry));
        }
        return finish(va, kind, kernel, at, rights, noExecute);
    }

    private long finish(long va, int kind, boolean kernel, int l1, long rights, long noExecute) {
        int slot = PageTableEntry.index(va, 1);
        long entry = ram.get(ValueLayout.JAVA_LONG, machine.readOffset(l1) + ((long) slot << 3));
        if ((entry & PRESENT) == 0) {
            return fault(kind, kernel, 0);
        }
        int mfn = view.frameOfValidated(PageTableEntry.mfn(entry));
        if (kind == WRITE) {
            if ((entry & rights & RW) == 0) {
                return refuseWrite(kernel, entry, mfn);
            }
            if ((entry & (ACCESSED | DIRTY)) != (ACCESSED | DIRTY)) {
                machine.gate().putLong(l1, slot << 3, entry | ACCESSED | DIRTY);
            }
            long page = machine.gate().open(mfn);
            table.raise(mfn, FrameFlags.CACHED);
            return page;
        }
        if (kind == EXEC && ((entry | noExecute) & NX) != 0) {
            return fault(kind, kernel, FAULT_PRESENT);
        }
        if ((entry & ACCESSED) == 0) {
            machine.gate().putLong(l1, slot << 3, entry | ACCESSED);
        }
        long page = machine.readOffset(mfn);
        table.raise(mfn, FrameFlags.CACHED);
        return page;
    }

    private long entryForWalk(int at, int slot) {
        long entry = ram.get(ValueLayout.JAVA_LONG, machine.readOffset(at) + ((long) slot << 3));
        if ((entry & (PRESENT | ACCESSED)) == PRESENT) {
            machine.gate().putLong(at, slot << 3, entry | ACCESSED);
        }
        return entry;
    }

    /** A store through a read-only entry: emulated when it goes to a level 1 table and the guest asked for that. */
    private long refuseWrite(boolean kernel, long entry, int mfn) {
        boolean emulated = kernel
                && memory.writablePageTables()
                && (entry & RW) == 0
                && table.type(mfn) == FrameType.L1
                && machine.owns(memory.owner(), mfn);
        return emulated ? machine.readOffset(mfn) | NO_CACHE | TRAPPED_WRITE : fault(WRITE, kernel, FAULT_PRESENT);
    }

    /** The m2p, read-only, as far as it goes; nothing else of Xen's is the guest's to see. */
    private long walkXen(long va, int kind, boolean kernel) {
        long guestMfn = (va - XEN_START) >>> 3;
        if (guestMfn >= memory.m2p().limit() || (!kernel && memory.strictM2p())) {
            return fault(kind, kernel, 0);
        }
        return kind == READ
                ? memory.m2p().pageOffset(guestMfn >>> (PageSize.SHIFT - 3))
                : fault(kind, kernel, FAULT_PRESENT);
    }

    private static long fault(int kind, boolean kernel, int code) {
        int full =
                code | (kind == WRITE ? FAULT_WRITE : 0) | (kind == EXEC ? FAULT_FETCH : 0) | (kernel ? 0 : FAULT_USER);
        return -1L - full;
    }

    // --- what hypercalls look up

    /** The frame of the level 1 table that maps an address for the kernel, or {@link FrameView#NOT_OURS}. */
    int kernelL1Of(long va) {
        if (!GuestAccess.isGuestAddress(va) || va >> 47 != va >> 63 || kernelTable == NO_TABLE) {
            return FrameView.NOT_OURS;
        }
        int at = kernelTable;
        for (int level = PageTableEntry.LEVELS; level > 1; level--) {
            long entry = ram.get(
                    ValueLayout.JAVA_LONG, machine.readOffset(at) + ((long) PageTableEntry.index(va, level) << 3));
            if ((entry & PRESENT) == 0) {
                return FrameView.NOT_OURS;
            }
            at = view.frameOfValidated(PageTableEntry.mfn(entry));
        }
        return at;
    }

    /** The present level 1 entry that maps an address for the kernel, or 0. */
    long kernelEntry(long va) {
        int l1 = kernelL1Of(va);
        if (l1 == FrameView.NOT_OURS) {
            return 0;
        }
        long entry = ram.get(ValueLayout.JAVA_LONG, machine.readOffset(l1) + ((long) PageTableEntry.index(va, 1) << 3));
        return (entry & PRESENT) != 0 ? entry : 0;
    }

    /** {@code update_va_mapping} without its flushes. */
    int updateMapping(long va, long value) {
        int l1 = kernelL1Of(va);
        if (l1 == FrameView.NOT_OURS || table.type(l1) != FrameType.L1) {
            return -Errno.EINVAL;
        }
        return memory.updates().update(l1, PageTableEntry.index(va, 1), value, 1, false);
    }
}
