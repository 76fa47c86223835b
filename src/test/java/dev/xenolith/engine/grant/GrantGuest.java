package dev.xenolith.engine.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.DomainMemory;
import dev.xenolith.engine.mmu.GuestAccess;
import dev.xenolith.engine.mmu.VcpuMmu;
import dev.xenolith.engine.mmu.VcpuTlb;

/** A guest of 16 pages, the last four its page tables, with the others mapped one after another from {@link #BASE}. */
final class GrantGuest implements AutoCloseable {

    static final long BASE = 0xFFFF_FFFF_8000_0000L;
    static final int DOMID = 5;
    static final int PAGES = 16;
    private static final int L1 = 12;
    private static final long TABLE = PageTableEntry.PRESENT | PageTableEntry.RW | PageTableEntry.USER;

    final Machine machine = new Machine(512);
    final DomainMemory memory = new DomainMemory(machine, DOMID, 64);
    final GuestAccess access;
    final Grants grants = new Grants(memory, DOMID, 4, domid -> domid == 6);
    private final long[] mfns = new long[PAGES];

    GrantGuest() {
        VcpuMmu vcpu = new VcpuMmu(memory, 0);
        vcpu.attach(VcpuTlb.NONE);
        access = vcpu.access();
        for (int pfn = 0; pfn < PAGES; pfn++) {
            mfns[pfn] = memory.view().guestMfnOf(memory.allocate(0));
        }
        for (int pfn = 0; pfn < PAGES; pfn++) {
            map(pfn, mfns[pfn], pfn < L1);
        }
        link(L1 + 1, 2, L1);
        link(L1 + 2, 3, L1 + 1);
        link(L1 + 3, 4, L1 + 2);
        assertThat(vcpu.setKernelTable(mfns[L1 + 3])).isZero();
        assertThat(grants.create()).isTrue();
    }

    long mfn(int pfn) {
        return mfns[pfn];
    }

    /** A page table: no frame for anybody to write. */
    long tableMfn() {
        return mfns[L1];
    }

    static long va(int pfn) {
        return BASE + ((long) pfn << 12);
    }

    int frame(int pfn) {
        return memory.frameOf(mfns[pfn]);
    }

    /** Writes a grant entry as the guest would, through the frame that setup_table gave. */
    void entry(int ref, int flags, int domid, long mfn) {
        int table = memory.frameOf(grants.state().tableMfns().get(ref / 512));
        int offset = ref % 512 * 8;
        memory.writeShort(table, offset, (short) flags);
        memory.writeShort(table, offset + 2, (short) domid);
        memory.writeInt(table, offset + 4, (int) mfn);
    }

    int flags(int ref) {
        return memory.readShort(memory.frameOf(grants.state().tableMfns().get(ref / 512)), ref % 512 * 8);
    }

    void expectSound() {
        assertThat(memory.checkInvariants()).isEmpty();
        assertThat(grants.checkInvariants()).isEmpty();
    }

    private void map(int pfn, long mfn, boolean writable) {
        long flags = PageTableEntry.PRESENT | (writable ? PageTableEntry.RW : 0);
        memory.writeLong(frame(L1), pfn << 3, PageTableEntry.of(mfn, flags));
    }

    private void link(int table, int level, int below) {
        int slot = PageTableEntry.index(BASE, level);
        memory.writeLong(frame(table), slot << 3, PageTableEntry.of(mfns[below], TABLE));
    }

    @Override
    public void close() {
        machine.close();
    }
}
