package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.GUEST_KERNEL;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.abi.PageTableEntry.USER;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.UpdateVaMapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code __do_update_va_mapping} in xen/arch/x86/mm.c. */
class UpdateVaMappingTest {

    private final TestGuest guest = TestGuest.alone();
    private final RecordingTlb secondTlb = new RecordingTlb();

    UpdateVaMappingTest() {
        new VcpuMmu(guest.memory, 1).attach(secondTlb);
        guest.tlb.told.clear();
    }

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void changesTheEntryThatMapsAnAddress() {
        assertThat(update(guest.va(200), guest.entry(8, PRESENT), UpdateVaMapping.NONE))
                .isZero();
        assertThat(guest.peek(L1, 200)).isEqualTo(guest.entry(8, PRESENT | USER | GUEST_KERNEL));
        assertThat(guest.tlb.told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, 0xFFFF_8000_0000_0000L, 0xFFFF_87FF_FFFF_F000L, 1L << 47, 1L << 60, -1})
    void refusesAnAddressWithoutATable(long va) {
        assertThat(update(va, 0, UpdateVaMapping.NONE)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesAHigherTableSeenThroughALinearMap() {
        assertThat(guest.update(L4, 5, guest.entry(L4, PRESENT))).isZero();
        long va = (5L << 39) | (5L << 30) | (5L << 21) | (6L << 12);
        assertThat(update(va, 0, UpdateVaMapping.NONE)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesWhatMmuUpdateRefuses() {
        assertThat(update(guest.va(200), guest.entry(L1, PRESENT | RW), UpdateVaMapping.TLB_FLUSH))
                .isEqualTo(-Errno.EBUSY);
        assertThat(guest.tlb.told).as("no flush for nothing").isEmpty();
    }

    @Test
    void flushesTheCallingVcpu() {
        update(guest.va(200), 0, UpdateVaMapping.TLB_FLUSH);
        update(guest.va(200), 0, UpdateVaMapping.INVLPG);
        assertThat(guest.tlb.told).containsExactly("flush", "page 0x" + Long.toHexString(guest.va(200)));
        assertThat(secondTlb.told).isEmpty();
    }

    @Test
    void flushesAllVcpus() {
        update(guest.va(200), 0, UpdateVaMapping.TLB_FLUSH | UpdateVaMapping.ALL);
        update(guest.va(200), 0, UpdateVaMapping.INVLPG | UpdateVaMapping.ALL);
        assertThat(guest.tlb.told).hasSize(2);
        assertThat(secondTlb.told).isEqualTo(guest.tlb.told);
    }

    @Test
    void flushesTheVcpusOfAMask() {
        guest.memory.writeLong(guest.frame(2), 0, 2);
        assertThat(update(guest.va(200), 0, UpdateVaMapping.TLB_FLUSH | guest.va(2)))
                .isZero();
        assertThat(update(guest.va(200), 0, UpdateVaMapping.INVLPG | guest.va(2)))
                .isZero();
        assertThat(guest.tlb.told).isEmpty();
        assertThat(secondTlb.told).hasSize(2);
    }

    @Test
    void reportsAMaskThatLeadsNowhereAfterTheChange() {
        assertThat(update(guest.va(200), guest.entry(8, PRESENT), UpdateVaMapping.TLB_FLUSH | guest.va(300)))
                .isEqualTo(-Errno.EFAULT);
        assertThat(guest.peek(L1, 200) & PRESENT).isOne();
    }

    @Test
    void refusesForeignDomains() {
        new TestGuest(guest.machine, 2);
        assertThat(updateAs(2)).isEqualTo(-Errno.EPERM);
        assertThat(updateAs(3)).isEqualTo(-Errno.ESRCH);
        assertThat(updateAs(DomidSpecial.SELF)).isZero();
    }

    private long update(long va, long value, long flags) {
        return guest.mmu.updateVaMapping(guest.vcpu, va, value, flags);
    }

    private long updateAs(int domid) {
        return guest.mmu.updateVaMappingOtherDomain(guest.vcpu, guest.va(200), 0, 0, domid);
    }
}
