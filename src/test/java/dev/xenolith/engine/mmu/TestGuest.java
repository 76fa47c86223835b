package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.abi.PageTableEntry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.MmuExtOp;
import dev.xenolith.engine.abi.MmuUpdate;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameTable;
import dev.xenolith.engine.machine.Machine;

/**
 * A PV guest's memory without a CPU: 96 pages, mapped one to one from {@link #BASE}, the last four of them its page tables
 * (mapped read-only), one vcpu. Pages 0 to 3 are for hypercall arguments, from 8 on they are free to play with.
 *
 * <pre>
 *   pfn 0..3 arguments | 4..91 free | 92 L1 | 93 L2 | 94 L3 | 95 L4
 * </pre>
 */
final class TestGuest implements AutoCloseable {

    static final long BASE = 0xFFFF_FFFF_8000_0000L;
    static final int PAGES = 96;
    static final int L1 = 92;
    static final int L2 = 93;
    static final int L3 = 94;
    static final int L4 = 95;
    static final long TABLE = PRESENT | RW | USER;
    static final int MAX_PAGES = 128;

    final Machine machine;
    final DomainMemory memory;
    final VcpuMmu vcpu;
    final PvMmu mmu;
    final RecordingTlb tlb = new RecordingTlb();
    final long[] mfns = new long[PAGES];

    TestGuest(Machine machine, int domid) {
        this.machine = machine;
        memory = new DomainMemory(machine, domid, MAX_PAGES);
        vcpu = new VcpuMmu(memory, 0);
        vcpu.attach(tlb);
        mmu = new PvMmu(memory);
        for (int pfn = 0; pfn < PAGES; pfn++) {
            int mfn = memory.allocate(0);
            mfns[pfn] = memory.view().guestMfnOf(mfn);
            memory.setM2p(mfns[pfn], pfn);
        }
        for (int pfn = 0; pfn < PAGES; pfn++) {
            poke(L1, pfn, entry(pfn, pfn >= L1 ? PRESENT : PRESENT | RW));
        }
        poke(L2, PageTableEntry.index(BASE, 2), entry(L1, TABLE));
        poke(L3, PageTableEntry.index(BASE, 3), entry(L2, TABLE));
        poke(L4, PageTableEntry.index(BASE, 4), entry(L3, TABLE));
        assertThat(memory.types().pin(mfns[L4], 4)).isZero();
        assertThat(vcpu.setKernelTable(mfns[L4])).isZero();
    }

    static TestGuest alone() {
        return new TestGuest(new Machine(1024), 1);
    }

    long va(int pfn) {
        return BASE + ((long) pfn << 12);
    }

    long maddr(int pfn, int slot) {
        return (mfns[pfn] << 12) + slot * 8L;
    }

    long entry(int pfn, long flags) {
        return PageTableEntry.of(mfns[pfn], flags);
    }

    int frame(int pfn) {
        return memory.frameOf(mfns[pfn]);
    }

    FrameTable table() {
        return machine.table();
    }

    /** Writes an entry past all checks, as only a frame that is no table yet may be written. */
    void poke(int pfn, int slot, long value) {
        memory.writeLong(frame(pfn), slot << 3, value);
    }

    long peek(int pfn, int slot) {
        return memory.readLong(frame(pfn), slot << 3);
    }

    /** Takes away the guest's writable mapping of a page, so that it can become a table. */
    void unmap(int pfn) {
        assertThat(update(L1, pfn, 0)).isZero();
    }

    void mapReadOnly(int pfn) {
        assertThat(update(L1, pfn, entry(pfn, PRESENT))).isZero();
    }

    /** One mmu_update of a page-table entry. */
    long update(int tablePfn, int slot, long value) {
        return request(maddr(tablePfn, slot), value);
    }

    long request(long ptr, long value) {
        return request(ptr, value, DomidSpecial.SELF);
    }

    long request(long ptr, long value, int foreignDomain) {
        writeRequest(0, ptr, value);
        return mmu.mmuUpdate(vcpu, va(0), 1, 0, foreignDomain);
    }

    void writeRequest(int index, long ptr, long value) {
        memory.writeLong(frame(0), index * MmuUpdate.SIZE, ptr);
        memory.writeLong(frame(0), index * MmuUpdate.SIZE + 8, value);
    }

    /** One mmuext_op. */
    long ext(int command, long arg1, long arg2) {
        writeExt(0, command, arg1, arg2);
        return mmu.mmuextOp(vcpu, va(1), 1, 0, DomidSpecial.SELF);
    }

    long ext(int command, long arg1) {
        return ext(command, arg1, 0);
    }

    void writeExt(int index, int command, long arg1, long arg2) {
        memory.writeInt(frame(1), index * MmuExtOp.SIZE, command);
        memory.writeLong(frame(1), index * MmuExtOp.SIZE + MmuExtOp.ARG1, arg1);
        memory.writeLong(frame(1), index * MmuExtOp.SIZE + MmuExtOp.ARG2, arg2);
    }

    String uses(int pfn) {
        int mfn = frame(pfn);
        return dev.xenolith.engine.machine.FrameType.name(table().type(mfn)) + " " + table().typeCount(mfn) + ", total "
                + table().total(mfn);
    }

    void expectSound() {
        assertThat(memory.checkInvariants()).isEmpty();
    }

    @Override
    public void close() {
        machine.close();
    }
}
