package dev.xenolith.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Guest memory as instructions see it: the hits of the soft TLB here, everything else in the slow half below, which the
 * compiler never inlines.
 *
 * <p>Each access names the micro-op that does it, so that the slow half knows which instruction faults; the fast half
 * does not look at it.
 */
abstract class CpuMemory extends CpuRegisters {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The instruction must be run again, alone in its block: its store changed code of its own block. */
    static final class RunAlone extends RuntimeException {
        RunAlone() {
            super(null, null, false, false);
        }
    }

    private final RunAlone runAlone = new RunAlone();

    /** Result of {@link #writeHost}: the store cannot be done at a host offset. */
    static final long INDIRECT = -1;

    final AddressSpace space;
    final MemorySegment ram;
    private final GuestFault fault = new GuestFault();
    final Tlb kernelTlb = new Tlb();
    final Tlb userTlb = new Tlb();
    Tlb tlb = kernelTlb;
    long[] readTlb = tlb.read;
    long[] writeTlb = tlb.write;

    /** Exact between blocks and whenever somebody outside this package looks. */
    long rip;

    /** The micro-op that may fault now; null while an instruction is fetched. */
    @Nullable
    Op current;

    CpuMemory(AddressSpace space) {
        this.space = space;
        this.ram = space.ram();
    }

    abstract Cpu self();

    final void useTlb(boolean ofKernel) {
        tlb = ofKernel ? kernelTlb : userTlb;
        readTlb = tlb.read;
        writeTlb = tlb.write;
    }

    final long load8(long va, Op op) {
        long[] t = readTlb;
        int slot = Tlb.slot(va);
        return (va & Tlb.PAGE_MASK) == t[slot] ? ram.get(BYTE, va + t[slot + 1]) & 0xffL : loadSlow(va, 1, op);
    }

    final long load16(long va, Op op) {
        long[] t = readTlb;
        int slot = Tlb.slot(va);
        return (va + 1 & Tlb.PAGE_MASK) == t[slot] ? ram.get(SHORT, va + t[slot + 1]) & 0xffffL : loadSlow(va, 2, op);
    }

    final long load32(long va, Op op) {
        long[] t = readTlb;
        int slot = Tlb.slot(va);
        return (va + 3 & Tlb.PAGE_MASK) == t[slot]
                ? ram.get(INT, va + t[slot + 1]) & 0xffff_ffffL
                : loadSlow(va, 4, op);
    }

    final long load64(long va, Op op) {
        long[] t = readTlb;
        int slot = Tlb.slot(va);
        return (va + 7 & Tlb.PAGE_MASK) == t[slot] ? ram.get(LONG, va + t[slot + 1]) : loadSlow(va, 8, op);
    }

    final void store8(long va, long value, Op op) {
        long[] t = writeTlb;
        int slot = Tlb.slot(va);
        if ((va & Tlb.PAGE_MASK) == t[slot]) {
            ram.set(BYTE, va + t[slot + 1], (byte) value);
        } else {
            storeSlow(va, 1, value, op);
        }
    }

    final void store16(long va, long value, Op op) {
        long[] t = writeTlb;
        int slot = Tlb.slot(va);
        if ((va + 1 & Tlb.PAGE_MASK) == t[slot]) {
            ram.set(SHORT, va + t[slot + 1], (short) value);
        } else {
            storeSlow(va, 2, value, op);
        }
    }

    final void store32(long va, long value, Op op) {
        long[] t = writeTlb;
        int slot = Tlb.slot(va);
        if ((va + 3 & Tlb.PAGE_MASK) == t[slot]) {
            ram.set(INT, va + t[slot + 1], (int) value);
        } else {
            storeSlow(va, 4, value, op);
        }
    }

    final void store64(long va, long value, Op op) {
        long[] t = writeTlb;
        int slot = Tlb.slot(va);
        if ((va + 7 & Tlb.PAGE_MASK) == t[slot]) {
            ram.set(LONG, va + t[slot + 1], value);
        } else {
            storeSlow(va, 8, value, op);
        }
    }

    /** Host offset for a read-modify-write, or {@link #INDIRECT}: then {@link #loadForWrite} and a store. */
    final long writeHost(long va, int size, Op op) {
        long[] t = writeTlb;
        int slot = Tlb.slot(va);
        return (va + size - 1 & Tlb.PAGE_MASK) == t[slot] ? va + t[slot + 1] : writeHostSlow(va, size, op);
    }

    /** Host offset of a byte to be read; the caller stays within its page. */
    final long readHost(long va, Op op) {
        begin(va, 1, op);
        return readPage(va) + (va & 0xfff);
    }

    final long load(long va, int size, Op op) {
        return switch (size) {
            case 8 -> load64(va, op);
            case 4 -> load32(va, op);
            case 2 -> load16(va, op);
            default -> load8(va, op);
        };
    }

    final void store(long va, int size, long value, Op op) {
        switch (size) {
            case 8 -> store64(va, value, op);
            case 4 -> store32(va, value, op);
            case 2 -> store16(va, value, op);
            default -> store8(va, value, op);
        }
    }

    final void push(int size, long value, Op op) {
        long rsp = r[Gpr.RSP] - size;
        store(rsp, size, value, op);
        r[Gpr.RSP] = rsp;
    }

    final long peek(long host, int size) {
        return switch (size) {
            case 8 -> ram.get(LONG, host);
            case 4 -> ram.get(INT, host) & 0xffff_ffffL;
            case 2 -> ram.get(SHORT, host) & 0xffffL;
            default -> ram.get(BYTE, host) & 0xffL;
        };
    }

    final void poke(long host, int size, long value) {
        switch (size) {
            case 8 -> ram.set(LONG, host, value);
            case 4 -> ram.set(INT, host, (int) value);
            case 2 -> ram.set(SHORT, host, (short) value);
            default -> ram.set(BYTE, host, (byte) value);
        }
    }

    // ---- the slow half ---------------------------------------------------------------------------------------------

    private long loadSlow(long va, int size, Op op) {
        begin(va, size, op);
        if (!crossesPage(va, size)) {
            return peek(readPage(va) + (va & 0xfff), size);
        }
        int inFirst = (int) (4096 - (va & 0xfff));
        return gather(readPage(va) + (va & 0xfff), inFirst, readPage(va + inFirst), size);
    }

    private void storeSlow(long va, int size, long value, Op op) {
        begin(va, size, op);
        if (!crossesPage(va, size)) {
            put(va, size, value, writePage(va, op));
            return;
        }
        int inFirst = (int) (4096 - (va & 0xfff));
        long first = writePage(va, op);
        long second = writePage(va + inFirst, op);
        for (int i = 0; i < size; i++) {
            put(va + i, 1, value >>> (8 * i), i < inFirst ? first : second);
        }
    }

    private void put(long va, int size, long value, long page) {
        if ((page & AddressSpace.TRAPPED_WRITE) != 0) {
            space.trappedWrite(self(), va, size, value);
        } else {
            poke((page & Tlb.PAGE_MASK) + (va & 0xfff), size, value);
        }
    }

    private long writeHostSlow(long va, int size, Op op) {
        begin(va, size, op);
        if (crossesPage(va, size)) {
            return INDIRECT;
        }
        long page = writePage(va, op);
        return (page & AddressSpace.TRAPPED_WRITE) != 0 ? INDIRECT : (page & Tlb.PAGE_MASK) + (va & 0xfff);
    }

    /** The old value of a read-modify-write that {@link #writeHost} called indirect; faults as the write would. */
    final long loadForWrite(long va, int size, Op op) {
        begin(va, size, op);
        long first = (writePage(va, op) & Tlb.PAGE_MASK) + (va & 0xfff);
        if (!crossesPage(va, size)) {
            return peek(first, size);
        }
        int inFirst = (int) (4096 - (va & 0xfff));
        return gather(first, inFirst, writePage(va + inFirst, op) & Tlb.PAGE_MASK, size);
    }

    /** Faults now if a store of these bytes would; they lie in at most two pages. */
    final void probeWrite(long va, int size, Op op) {
        begin(va, size, op);
        writePage(va, op);
        if (crossesPage(va, size)) {
            writePage(va + size - 1 & Tlb.PAGE_MASK, op);
        }
    }

    private long gather(long first, int inFirst, long second, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            long host = i < inFirst ? first + i : second + i - inFirst;
            value |= peek(host, 1) << (8 * i);
        }
        return value;
    }

    private void begin(long va, int size, Op op) {
        current = op;
        rip = op.rip;
        if (!canonical(va) || !canonical(va + size - 1)) {
            throw raise(op, op.usesStack() ? Vector.SS : Vector.GP, 0);
        }
    }

    private static boolean crossesPage(long va, int size) {
        return (va & 0xfff) + size > 4096;
    }

    /** Host offset of the page that a read sees. */
    private long readPage(long va) {
        int slot = Tlb.slot(va);
        if (readTlb[slot] == (va & Tlb.PAGE_MASK)) {
            return readTlb[slot] + readTlb[slot + 1];
        }
        long page = space.translate(self(), va, AddressSpace.READ);
        if ((page & AddressSpace.NO_CACHE) == 0) {
            tlb.install(readTlb, va, page & Tlb.PAGE_MASK);
        }
        return page & Tlb.PAGE_MASK;
    }

    /** Host offset of the page that a write changes, with TRAPPED_WRITE. Writing may have moved it, so reads learn of it. */
    private long writePage(long va, Op op) {
        int slot = Tlb.slot(va);
        if (writeTlb[slot] == (va & Tlb.PAGE_MASK)) {
            return writeTlb[slot] + writeTlb[slot + 1];
        }
        long page = space.translate(self(), va, AddressSpace.WRITE);
        if (op.block.va == Block.DEAD && op.block.count > 1) {
            throw runAlone;
        }
        if ((page & (AddressSpace.NO_CACHE | AddressSpace.TRAPPED_WRITE)) == 0) {
            tlb.install(writeTlb, va, page & Tlb.PAGE_MASK);
            tlb.install(readTlb, va, page & Tlb.PAGE_MASK);
        }
        return page;
    }

    /** Host offset of the page that instructions of this address come from. */
    final long execPage(long va) {
        long[] t = tlb.exec;
        int slot = Tlb.slot(va);
        if (t[slot] == (va & Tlb.PAGE_MASK)) {
            return t[slot] + t[slot + 1];
        }
        long page = space.translate(self(), va, AddressSpace.EXEC);
        if ((page & AddressSpace.NO_CACHE) == 0) {
            tlb.installExec(va, page & Tlb.PAGE_MASK);
        }
        return page & Tlb.PAGE_MASK;
    }

    // ---- faults ----------------------------------------------------------------------------------------------------

    /** The fault of a micro-op, to be thrown. */
    final GuestFault raise(Op op, int vector, int errorCode) {
        current = op;
        rip = op.rip;
        return fault.with(vector, errorCode, 0);
    }

    /** The fault for a hook to throw; {@code errorCode} −1 where the vector has none. */
    public final GuestFault fault(int vector, int errorCode) {
        return fault.with(vector, errorCode, 0);
    }

    public final GuestFault pageFault(long va, int errorCode) {
        return fault.with(Vector.PF, errorCode, va);
    }
}
