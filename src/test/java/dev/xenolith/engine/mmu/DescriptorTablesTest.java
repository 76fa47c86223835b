package dev.xenolith.engine.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MmuExtOp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of xen/arch/x86/pv/descriptor-tables.c and pv_map_ldt_shadow_page in xen/arch/x86/pv/mm.c. */
class DescriptorTablesTest {

    private static final long DATA_DPL0 = 0x00cf_9300_0000_ffffL;
    private static final long DATA_DPL3 = 0x00cf_f300_0000_ffffL;
    private static final long CODE_DPL3 = 0x00af_fb00_0000_ffffL;
    private static final long LDT_DESCRIPTOR = 0x0000_8200_0000_0000L;
    private static final long INTERRUPT_GATE = 0x0000_8e00_e033_0000L;
    private static final long CALL_GATE = 0x0000_ec00_e033_0000L;

    private final TestGuest guest = TestGuest.alone();
    private final DescriptorTables tables = guest.vcpu.descriptors();

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    // --- GDT

    @Test
    void takesAGdtAndCountsIt() {
        guest.unmap(10);
        guest.poke(10, 2, CODE_DPL3);
        assertThat(setGdt(512, guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("segdesc 1, total 2");
        assertThat(tables.descriptor(0x10)).isEqualTo(CODE_DPL3);
        assertThat(tables.descriptor(0x13)).isEqualTo(CODE_DPL3);
        assertThat(tables.descriptor(0x18)).isZero();
        assertThat(setGdt(0)).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(tables.descriptor(0x10)).isZero();
    }

    @Test
    void lowersThePrivilegeOfDescriptors() {
        guest.unmap(10);
        guest.poke(10, 3, DATA_DPL0);
        assertThat(setGdt(512, guest.mfns[10])).isZero();
        assertThat(guest.peek(10, 3)).isEqualTo(DATA_DPL3);
    }

    @Test
    void disarmsCallGates() {
        guest.unmap(10);
        guest.poke(10, 3, CALL_GATE);
        assertThat(setGdt(512, guest.mfns[10])).isZero();
        assertThat(guest.peek(10, 3)).isEqualTo(0x0000_8c00_e033_0000L);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                LDT_DESCRIPTOR,
                INTERRUPT_GATE,
                0x0000_8900_0000_0000L,
                0x0000_ec00_e008_0000L, // call gate into Xen's own code
                0x0000_ec01_e033_0000L, // call gate with reserved bits
                -1L & ~(1L << 44)
            })
    void refusesWhatTheProcessorWouldUse(long descriptor) {
        guest.unmap(10);
        guest.poke(10, 1, DATA_DPL0);
        guest.poke(10, 3, descriptor);
        assertThat(setGdt(512, guest.mfns[10])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(guest.peek(10, 1)).as("nothing changed").isEqualTo(DATA_DPL0);
        assertThat(update(11, 3, descriptor)).isEqualTo(-Errno.EINVAL);
        assertThat(update(11, 3, descriptor & ~(1L << 47))).as("not present").isZero();
    }

    @Test
    void takesADescriptorOfAllOnes() {
        assertThat(update(10, 2, -1)).isZero();
        assertThat(update(10, 3, -1 & ~(3L << 45))).isZero();
        assertThat(guest.peek(10, 3)).isEqualTo(-1);
    }

    @Test
    void refusesFramesTheGuestCanWrite() {
        assertThat(setGdt(512, guest.mfns[10])).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void keepsTheOldGdtWhenAFrameIsRefused() {
        guest.unmap(10);
        guest.unmap(11);
        assertThat(setGdt(512, guest.mfns[10])).isZero();
        assertThat(setGdt(1024, guest.mfns[11], guest.mfns[12])).isEqualTo(-Errno.EINVAL);
        assertThat(guest.uses(10)).isEqualTo("segdesc 1, total 2");
        assertThat(guest.uses(11)).isEqualTo("none 0, total 1");
    }

    @Test
    void takesOneFrameMoreThanOnce() {
        guest.unmap(10);
        assertThat(setGdt(1024, guest.mfns[10], guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("segdesc 2, total 3");
    }

    @Test
    void refusesMoreThanFourteenFrames() {
        assertThat(guest.mmu.setGdt(guest.vcpu, guest.va(2), 14 * 512 + 1)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.mmu.setGdt(guest.vcpu, guest.va(2), -1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void keepsXensDescriptorsAboveTheGuests() {
        assertThat(tables.descriptor(0xe033)).isEqualTo(CODE_DPL3);
        assertThat(tables.descriptor(0xe02b)).isEqualTo(DATA_DPL3);
        assertThat(tables.descriptor(0xe023)).isEqualTo(0x00cf_fb00_0000_ffffL);
        assertThat(tables.descriptor(0xe018)).isZero();
        assertThat(tables.descriptor(0xffff)).isZero();
    }

    // --- update_descriptor

    @Test
    void changesADescriptorInUse() {
        guest.unmap(10);
        setGdt(512, guest.mfns[10]);
        assertThat(update(10, 2, DATA_DPL0)).isZero();
        assertThat(tables.descriptor(0x10)).isEqualTo(DATA_DPL3);
        assertThat(guest.uses(10)).isEqualTo("segdesc 1, total 2");
    }

    @Test
    void writesADescriptorToAPlainPage() {
        assertThat(update(10, 2, DATA_DPL0)).isZero();
        assertThat(guest.peek(10, 2)).isEqualTo(DATA_DPL3);
    }

    @Test
    void refusesToWriteADescriptorToATable() {
        assertThat(update(TestGuest.L1, 200, DATA_DPL0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesAddressesOffTheGrid() {
        assertThat(guest.mmu.updateDescriptor(guest.vcpu, guest.maddr(10, 2) + 4, DATA_DPL0))
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.mmu.updateDescriptor(guest.vcpu, 0x3000, DATA_DPL0)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.mmu.updateDescriptor(guest.vcpu, -8, DATA_DPL0)).isEqualTo(-Errno.EINVAL);
    }

    // --- LDT

    @Test
    void looksTheLdtUpWhenItIsFirstUsed() {
        guest.poke(10, 2, CODE_DPL3);
        guest.mapReadOnly(10);
        assertThat(guest.ext(MmuExtOp.SET_LDT, guest.va(10), 512)).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 2");
        assertThat(tables.descriptor(0x14)).isEqualTo(CODE_DPL3);
        assertThat(guest.uses(10)).isEqualTo("segdesc 1, total 3");
        assertThat(guest.ext(MmuExtOp.SET_LDT, 0, 0)).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 2");
    }

    @Test
    void hasNoLdtDescriptorPastItsEnd() {
        guest.poke(10, 2, CODE_DPL3);
        guest.mapReadOnly(10);
        guest.ext(MmuExtOp.SET_LDT, guest.va(10), 2);
        assertThat(tables.descriptor(0x14)).isZero();
    }

    @Test
    void hasNoLdtDescriptorInAPageTheGuestCanWrite() {
        guest.poke(10, 2, CODE_DPL3);
        guest.ext(MmuExtOp.SET_LDT, guest.va(10), 512);
        assertThat(tables.descriptor(0x14)).isZero();
    }

    @Test
    void dropsTheLdtsFramesWhenTheBaseTableChanges() {
        guest.poke(10, 2, CODE_DPL3);
        guest.mapReadOnly(10);
        guest.ext(MmuExtOp.SET_LDT, guest.va(10), 512);
        tables.descriptor(0x14);
        guest.unmap(11);
        guest.poke(11, 511, guest.peek(TestGuest.L4, 511));
        guest.ext(MmuExtOp.NEW_BASEPTR, guest.mfns[11]);
        assertThat(guest.uses(10)).isEqualTo("none 0, total 2");
        assertThat(tables.descriptor(0x14)).isEqualTo(CODE_DPL3);
    }

    @Test
    void refusesABadLdt() {
        assertThat(guest.ext(MmuExtOp.SET_LDT, guest.va(10) + 8, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.SET_LDT, guest.va(10), 8193)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.SET_LDT, guest.va(10), -1)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.SET_LDT, 0xFFFF_8000_0000_0000L, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.ext(MmuExtOp.SET_LDT, 77, 0))
                .as("none, wherever it is")
                .isZero();
    }

    private long setGdt(int entries, long... frames) {
        for (int i = 0; i < frames.length; i++) {
            guest.memory.writeLong(guest.frame(2), i * 8, frames[i]);
        }
        return guest.mmu.setGdt(guest.vcpu, guest.va(2), entries);
    }

    private long update(int pfn, int slot, long descriptor) {
        return guest.mmu.updateDescriptor(guest.vcpu, guest.maddr(pfn, slot), descriptor);
    }
}
