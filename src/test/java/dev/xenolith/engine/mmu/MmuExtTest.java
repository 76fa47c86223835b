package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static dev.xenolith.engine.mmu.TestGuest.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MmuExtOp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code do_mmuext_op} in xen/arch/x86/mm.c. */
class MmuExtTest {

    private final TestGuest guest = TestGuest.alone();
    private final VcpuMmu second = new VcpuMmu(guest.memory, 1);
    private final RecordingTlb secondTlb = new RecordingTlb();

    MmuExtTest() {
        second.attach(secondTlb);
    }

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    // --- pins

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void pinsAnEmptyTableOfAnyLevel(int level) {
        guest.unmap(10);
        assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE + level - 1, guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("l" + level + " 1, total 2");
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
    }

    @Test
    void refusesToPinAFrameMappedWritable() {
        assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.uses(10)).isEqualTo("writable 1, total 2");
    }

    @Test
    void refusesToPinTwice() {
        guest.unmap(10);
        guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10]);
        assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.uses(10)).isEqualTo("l1 1, total 2");
    }

    @Test
    void refusesToPinAsAnotherLevel() {
        guest.unmap(10);
        guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10]);
        assertThat(guest.ext(MmuExtOp.PIN_L2_TABLE, guest.mfns[10])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.uses(10)).isEqualTo("l1 1, total 2");
    }

    @Test
    void refusesToPinATableThatMapsItselfWritable() {
        guest.unmap(10);
        guest.poke(10, 0, guest.entry(10, PRESENT | RW));
        assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10])).isEqualTo(-Errno.EBUSY);
        guest.poke(10, 0, guest.entry(10, PRESENT));
        assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("l1 1, total 3");
    }

    @Test
    void refusesForeignFrames() {
        TestGuest other = new TestGuest(guest.machine, 2);
        for (long mfn : new long[] {other.mfns[10], 0, 1000, -1, Long.MIN_VALUE}) {
            assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE, mfn)).isEqualTo(-Errno.EINVAL);
            assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, mfn)).isEqualTo(-Errno.EINVAL);
            assertThat(guest.ext(MmuExtOp.NEW_BASEPTR, mfn)).isEqualTo(-Errno.EINVAL);
            assertThat(guest.ext(MmuExtOp.CLEAR_PAGE, mfn)).isEqualTo(-Errno.EINVAL);
            assertThat(guest.ext(MmuExtOp.COPY_PAGE, guest.mfns[10], mfn)).isEqualTo(-Errno.EINVAL);
            assertThat(guest.ext(MmuExtOp.COPY_PAGE, mfn, guest.mfns[10])).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void refusesToUnpinWhatIsNotPinned() {
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[L1])).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void keepsATableInUseWhenItIsUnpinned() {
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[L4])).isZero();
        assertThat(guest.uses(L4)).isEqualTo("l4 1, total 3");
    }

    @Test
    void clearsXensSlotsOfANewTopTable() {
        guest.unmap(10);
        guest.poke(10, 256, 0x1234_5000L | PRESENT);
        guest.poke(10, 271, -1);
        assertThat(guest.ext(MmuExtOp.PIN_L4_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.peek(10, 256)).isZero();
        assertThat(guest.peek(10, 271)).isZero();
    }

    // --- base tables

    @Test
    void switchesTheKernelsTable() {
        guest.unmap(10);
        guest.poke(10, 511, guest.peek(L4, 511));
        guest.tlb.told.clear();
        assertThat(guest.ext(MmuExtOp.NEW_BASEPTR, guest.mfns[10])).isZero();
        assertThat(guest.vcpu.kernelGuestMfn()).isEqualTo(guest.mfns[10]);
        assertThat(guest.uses(10)).isEqualTo("l4 1, total 2");
        assertThat(guest.uses(L4)).isEqualTo("l4 1, total 3");
        assertThat(guest.tlb.told).containsExactly("flush");
    }

    @Test
    void flushesWhenTheTableIsTheSame() {
        guest.tlb.told.clear();
        assertThat(guest.ext(MmuExtOp.NEW_BASEPTR, guest.mfns[L4])).isZero();
        assertThat(guest.uses(L4)).isEqualTo("l4 2, total 4");
        assertThat(guest.tlb.told).containsExactly("flush");
    }

    @Test
    void refusesATableOfALowerLevelAsBase() {
        assertThat(guest.ext(MmuExtOp.NEW_BASEPTR, guest.mfns[L1])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.NEW_USER_BASEPTR, guest.mfns[L1])).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void setsAndTakesTheUserTable() {
        guest.unmap(10);
        guest.tlb.told.clear();
        assertThat(guest.ext(MmuExtOp.NEW_USER_BASEPTR, guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("l4 1, total 2");
        assertThat(guest.tlb.told).containsExactly("flush user");
        assertThat(guest.ext(MmuExtOp.NEW_USER_BASEPTR, 0)).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(guest.ext(MmuExtOp.NEW_BASEPTR, 0))
                .as("a kernel needs a table")
                .isEqualTo(-Errno.EINVAL);
    }

    // --- flushes

    @Test
    void flushesWhoItIsToldTo() {
        guest.memory.writeLong(guest.frame(2), 0, 2);
        guest.tlb.told.clear();
        assertThat(guest.ext(MmuExtOp.TLB_FLUSH_LOCAL, 0)).isZero();
        assertThat(guest.ext(MmuExtOp.INVLPG_LOCAL, 0x5000)).isZero();
        assertThat(secondTlb.told).isEmpty();
        assertThat(guest.ext(MmuExtOp.TLB_FLUSH_MULTI, 0, guest.va(2))).isZero();
        assertThat(guest.ext(MmuExtOp.INVLPG_MULTI, 0x6000, guest.va(2))).isZero();
        assertThat(guest.tlb.told).containsExactly("flush", "page 0x5000");
        assertThat(secondTlb.told).containsExactly("flush", "page 0x6000");
        assertThat(guest.ext(MmuExtOp.TLB_FLUSH_ALL, 0)).isZero();
        assertThat(guest.ext(MmuExtOp.INVLPG_ALL, 0x7000)).isZero();
        assertThat(guest.tlb.told).endsWith("flush", "page 0x7000");
        assertThat(secondTlb.told).endsWith("flush", "page 0x7000");
    }

    @Test
    void refusesAMaskThatLeadsNowhere() {
        assertThat(guest.ext(MmuExtOp.TLB_FLUSH_MULTI, 0, guest.va(500))).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.INVLPG_MULTI, 0, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesToFlushCaches() {
        assertThat(guest.ext(MmuExtOp.FLUSH_CACHE, 0)).isEqualTo(-Errno.EACCES);
        assertThat(guest.ext(MmuExtOp.FLUSH_CACHE_GLOBAL, 0)).isEqualTo(-Errno.EACCES);
    }

    // --- pages

    @Test
    void clearsAPage() {
        guest.poke(10, 3, 77);
        assertThat(guest.ext(MmuExtOp.CLEAR_PAGE, guest.mfns[10])).isZero();
        assertThat(guest.peek(10, 3)).isZero();
    }

    @Test
    void copiesAPage() {
        guest.poke(10, 3, 77);
        assertThat(guest.ext(MmuExtOp.COPY_PAGE, guest.mfns[11], guest.mfns[10]))
                .isZero();
        assertThat(guest.peek(11, 3)).isEqualTo(77);
        assertThat(guest.ext(MmuExtOp.COPY_PAGE, guest.mfns[11], guest.mfns[L1]))
                .as("from a table")
                .isZero();
    }

    @Test
    void refusesToWriteATable() {
        assertThat(guest.ext(MmuExtOp.CLEAR_PAGE, guest.mfns[L1])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.COPY_PAGE, guest.mfns[L1], guest.mfns[10]))
                .isEqualTo(-Errno.EINVAL);
    }

    // --- the rest

    @Test
    void knowsNoSuperpages() {
        assertThat(guest.ext(MmuExtOp.MARK_SUPER, 0)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(guest.ext(MmuExtOp.UNMARK_SUPER, 0)).isEqualTo(-Errno.EOPNOTSUPP);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 21, -1, 1 << 30})
    void refusesUnknownCommands(int command) {
        assertThat(guest.ext(command, 0)).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void stopsAtTheFirstRefusalAndSaysHowManyWereDone() {
        guest.writeExt(0, MmuExtOp.TLB_FLUSH_LOCAL, 0, 0);
        guest.writeExt(1, MmuExtOp.TLB_FLUSH_LOCAL, 0, 0);
        guest.writeExt(2, MmuExtOp.PIN_L1_TABLE, 0, 0);
        assertThat(guest.mmu.mmuextOp(guest.vcpu, guest.va(1), 5, guest.va(2), DomidSpecial.SELF))
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.memory.readInt(guest.frame(2), 0)).isEqualTo(2);
    }

    @Test
    void refusesForeignDomains() {
        new TestGuest(guest.machine, 2);
        guest.writeExt(0, MmuExtOp.TLB_FLUSH_LOCAL, 0, 0);
        assertThat(as(2)).isEqualTo(-Errno.EPERM);
        assertThat(as(3)).isEqualTo(-Errno.ESRCH);
        assertThat(as(1)).isEqualTo(-Errno.ESRCH);
        assertThat(as(DomidSpecial.IO)).isEqualTo(-Errno.EINVAL);
        assertThat(as(DomidSpecial.SELF)).isZero();
    }

    private long as(int domid) {
        return guest.mmu.mmuextOp(guest.vcpu, guest.va(1), 1, 0, domid);
    }

    @Test
    void dropsWriteEntriesBeforeAFrameBecomesATable() {
        guest.vcpu.walk(guest.va(10), VcpuMmu.WRITE, true);
        long page = guest.machine.readOffset(guest.frame(10));
        guest.unmap(10);
        guest.tlb.told.clear();
        assertThat(guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.tlb.told).containsExactly("drop writes " + page);
    }

    @Test
    void keepsTheTablesOfAVcpuUntilItIsReset() {
        assertThat(second.setKernelTable(guest.mfns[L4])).isZero();
        assertThat(guest.uses(L4)).isEqualTo("l4 3, total 5");
        second.dropTables();
        assertThat(guest.uses(L4)).isEqualTo("l4 2, total 4");
    }

    @Test
    void demotesAWholeTreeWithItsLastUse() {
        for (int pfn = 10; pfn < 13; pfn++) {
            guest.unmap(pfn);
        }
        guest.poke(10, 0, guest.entry(20, PRESENT | RW));
        guest.poke(11, 0, guest.entry(10, TABLE));
        guest.poke(12, 0, guest.entry(11, TABLE));
        assertThat(guest.ext(MmuExtOp.PIN_L3_TABLE, guest.mfns[12])).isZero();
        assertThat(guest.uses(20)).isEqualTo("writable 2, total 3");
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[12])).isZero();
        for (int pfn = 10; pfn < 13; pfn++) {
            assertThat(guest.uses(pfn)).isEqualTo("none 0, total 1");
        }
        assertThat(guest.uses(20)).isEqualTo("writable 1, total 2");
    }
}
