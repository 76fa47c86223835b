package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.ACCESSED;
import static dev.xenolith.engine.abi.PageTableEntry.DIRTY;
import static dev.xenolith.engine.abi.PageTableEntry.GLOBAL;
import static dev.xenolith.engine.abi.PageTableEntry.GUEST_KERNEL;
import static dev.xenolith.engine.abi.PageTableEntry.NX;
import static dev.xenolith.engine.abi.PageTableEntry.PCD;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.PSE;
import static dev.xenolith.engine.abi.PageTableEntry.PWT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.abi.PageTableEntry.USER;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L2;
import static dev.xenolith.engine.mmu.TestGuest.L3;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static dev.xenolith.engine.mmu.TestGuest.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MmuUpdate;
import dev.xenolith.engine.abi.PageTableEntry;
import dev.xenolith.engine.machine.FrameType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code mmu_update} does and refuses; errno values from do_mmu_update and mod_l*_entry in xen/arch/x86/mm.c. */
class MmuUpdateTest {

    private final TestGuest guest = TestGuest.alone();

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    // --- level 1

    @Test
    void mapsAPageAndCountsIt() {
        assertThat(guest.update(L1, 200, guest.entry(8, PRESENT | RW))).isZero();
        assertThat(guest.uses(8)).isEqualTo("writable 2, total 3");
        assertThat(guest.update(L1, 200, 0)).isZero();
        assertThat(guest.uses(8)).isEqualTo("writable 1, total 2");
    }

    @Test
    void mapsReadOnlyWithoutATypedUse() {
        guest.unmap(8);
        assertThat(guest.update(L1, 200, guest.entry(8, PRESENT))).isZero();
        assertThat(guest.uses(8)).isEqualTo("none 0, total 2");
    }

    @Test
    void marksKernelAndUserPagesApart() {
        guest.update(L1, 200, guest.entry(8, PRESENT | RW));
        assertThat(guest.peek(L1, 200)).isEqualTo(guest.entry(8, PRESENT | RW | USER | GUEST_KERNEL));
        guest.update(L1, 200, guest.entry(8, PRESENT | RW | USER));
        assertThat(guest.peek(L1, 200)).isEqualTo(guest.entry(8, PRESENT | RW | USER | GLOBAL));
        guest.update(L1, 200, guest.entry(8, PRESENT | USER | GUEST_KERNEL));
        assertThat(guest.peek(L1, 200)).isEqualTo(guest.entry(8, PRESENT | USER | GUEST_KERNEL));
    }

    @Test
    void storesAnEntryThatIsNotPresentAsItIs() {
        assertThat(guest.update(L1, 200, 0xDEAD_BEEF_0000_0FFEL)).isZero();
        assertThat(guest.peek(L1, 200)).isEqualTo(0xDEAD_BEEF_0000_0FFEL);
    }

    @Test
    void changesHarmlessBitsWithoutTouchingCounts() {
        guest.update(L1, 200, guest.entry(8, PRESENT | RW));
        String before = guest.uses(8);
        assertThat(guest.update(L1, 200, guest.entry(8, PRESENT | RW | NX | ACCESSED | DIRTY)))
                .isZero();
        assertThat(guest.uses(8)).isEqualTo(before);
    }

    @Test
    void refusesAWritableMappingOfAPageTable() {
        assertThat(guest.update(L1, 200, guest.entry(L1, PRESENT | RW))).isEqualTo(-Errno.EBUSY);
        assertThat(guest.update(L1, 200, guest.entry(L1, PRESENT))).isZero();
    }

    @Test
    void refusesToMakeAReadOnlyMappingOfAPageTableWritable() {
        assertThat(guest.update(L1, L1, guest.entry(L1, PRESENT | RW))).isEqualTo(-Errno.EBUSY);
        assertThat(guest.peek(L1, L1) & RW).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {PWT, PCD, PSE, PWT | PCD})
    void refusesCacheAttributes(long flags) {
        assertThat(guest.update(L1, 200, guest.entry(8, PRESENT | flags))).isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(L1, 200, guest.entry(8, flags)))
                .as("not present")
                .isZero();
    }

    @Test
    void refusesAForeignFrame() {
        TestGuest other = new TestGuest(guest.machine, 2);
        assertThat(guest.update(L1, 200, PageTableEntry.of(other.mfns[8], PRESENT)))
                .isEqualTo(-Errno.EBUSY);
        assertThat(other.uses(8)).isEqualTo("writable 1, total 2");
    }

    @Test
    void refusesAFreeFrame() {
        assertThat(guest.update(L1, 200, PageTableEntry.of(1000, PRESENT))).isEqualTo(-Errno.EBUSY);
    }

    @Test
    void refusesIoSpace() {
        assertThat(guest.update(L1, 200, PageTableEntry.of(0xA0, PRESENT))).isEqualTo(-Errno.EPERM);
        assertThat(guest.update(L1, 200, PageTableEntry.of(1L << 30, PRESENT))).isEqualTo(-Errno.EPERM);
        assertThat(guest.update(L1, 200, PageTableEntry.of((1L << 40) - 1, PRESENT)))
                .isEqualTo(-Errno.EINVAL);
    }

    // --- higher levels

    @Test
    void hangsAValidatedTableIn() {
        guest.unmap(10);
        guest.poke(10, 5, guest.entry(8, PRESENT | RW));
        assertThat(guest.update(L2, 7, guest.entry(10, TABLE))).isZero();
        assertThat(guest.uses(10)).isEqualTo("l1 1, total 2");
        assertThat(guest.uses(8)).isEqualTo("writable 2, total 3");
        assertThat(guest.update(L2, 7, 0)).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(guest.uses(8)).isEqualTo("writable 1, total 2");
    }

    @Test
    void refusesATableThatTheGuestCanWrite() {
        assertThat(guest.update(L2, 7, guest.entry(10, TABLE))).isEqualTo(-Errno.EINVAL);
        assertThat(guest.peek(L2, 7)).isZero();
    }

    @Test
    void refusesATableWithABadEntryAndKeepsItsBytes() {
        guest.unmap(10);
        guest.poke(10, 5, guest.entry(8, PRESENT | RW));
        guest.poke(10, 6, guest.entry(L1, PRESENT | RW));
        assertThat(guest.update(L2, 7, guest.entry(10, TABLE))).isEqualTo(-Errno.EBUSY);
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(guest.uses(8)).isEqualTo("writable 1, total 2");
        assertThat(guest.peek(10, 5)).isEqualTo(guest.entry(8, PRESENT | RW));
    }

    @Test
    void passesTheReasonOfTheLowestTableUp() {
        guest.unmap(10);
        guest.unmap(11);
        guest.poke(10, 0, PageTableEntry.of(0xA0, PRESENT));
        guest.poke(11, 0, guest.entry(10, TABLE));
        assertThat(guest.update(L3, 3, guest.entry(11, TABLE))).isEqualTo(-Errno.EPERM);
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(guest.uses(11)).isEqualTo("none 0, total 1");
    }

    @Test
    void refusesATableOfTheWrongLevel() {
        guest.unmap(10);
        assertThat(guest.update(L2, 7, guest.entry(10, TABLE))).isZero();
        assertThat(guest.update(L3, 7, guest.entry(10, TABLE))).isEqualTo(-Errno.EINVAL);
    }

    @ParameterizedTest
    @ValueSource(longs = {PSE, GLOBAL, PWT, PCD})
    void refusesLargePagesAndCacheAttributes(long flags) {
        guest.unmap(10);
        for (int table : new int[] {L2, L3, L4}) {
            assertThat(guest.update(table, 7, guest.entry(10, TABLE | flags))).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void forcesTheUserBitOnTablesAndTheAccessedBitAtTheTop() {
        guest.unmap(10);
        assertThat(guest.update(L2, 7, guest.entry(10, PRESENT))).isZero();
        assertThat(guest.peek(L2, 7)).isEqualTo(guest.entry(10, PRESENT | USER));
        guest.unmap(11);
        assertThat(guest.update(L4, 7, guest.entry(11, PRESENT))).isZero();
        assertThat(guest.peek(L4, 7)).isEqualTo(guest.entry(11, PRESENT | USER | ACCESSED));
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 271})
    void refusesXensSlots(int slot) {
        guest.unmap(11);
        assertThat(guest.update(L4, slot, guest.entry(11, TABLE))).isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(L4, slot, 0)).isEqualTo(-Errno.EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 272})
    void allowsTheSlotsBesideXens(int slot) {
        guest.unmap(11);
        assertThat(guest.update(L4, slot, guest.entry(11, TABLE))).isZero();
    }

    @Test
    void flushesAllTlbsWhenATableGoes() {
        guest.unmap(10);
        guest.update(L2, 7, guest.entry(10, TABLE));
        guest.tlb.told.clear();
        guest.update(L2, 7, 0);
        assertThat(guest.tlb.told).containsExactly("flush");
    }

    @Test
    void leavesTlbsAloneForALevel1Entry() {
        guest.tlb.told.clear();
        guest.update(L1, 200, guest.entry(8, PRESENT));
        guest.update(L1, 200, 0);
        assertThat(guest.tlb.told).isEmpty();
    }

    // --- preserve A/D

    @Test
    void keepsAccessedAndDirtyWhenAsked() {
        guest.update(L1, 200, guest.entry(8, PRESENT | RW | ACCESSED | DIRTY));
        long asked = guest.entry(8, PRESENT);
        assertThat(guest.request(guest.maddr(L1, 200) | MmuUpdate.PT_UPDATE_PRESERVE_AD, asked))
                .isZero();
        assertThat(guest.peek(L1, 200)).isEqualTo(asked | USER | GUEST_KERNEL | ACCESSED | DIRTY);
        assertThat(guest.update(L1, 200, asked)).isZero();
        assertThat(guest.peek(L1, 200)).isEqualTo(asked | USER | GUEST_KERNEL);
    }

    // --- other frames

    @Test
    void writesAnythingToAFrameThatIsNoTable() {
        assertThat(guest.update(8, 3, 0xFFFF_FFFF_FFFF_FFFFL)).isZero();
        assertThat(guest.peek(8, 3)).isEqualTo(-1);
    }

    @Test
    void refusesToWriteADescriptorTable() {
        guest.unmap(12);
        assertThat(guest.vcpu.descriptors().setGdt(new long[] {guest.mfns[12]}, 512))
                .isZero();
        assertThat(guest.update(12, 3, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesAFrameThatIsNotTheDomains() {
        TestGuest other = new TestGuest(guest.machine, 2);
        assertThat(guest.request(other.maddr(L1, 200), 0)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.request(0x1000, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.request(0xFFFF_FFFF_FFFF_F000L, 0)).isEqualTo(-Errno.EINVAL);
    }

    // --- m2p

    @Test
    void setsTheM2p() {
        assertThat(guest.request((guest.mfns[8] << 12) | MmuUpdate.MACHPHYS_UPDATE, 0x1234))
                .isZero();
        assertThat(guest.memory.m2p().get(guest.mfns[8])).isEqualTo(0x1234);
    }

    @Test
    void refusesToSetTheM2pOfAnothersFrame() {
        assertThat(guest.request((5L << 12) | MmuUpdate.MACHPHYS_UPDATE, 1)).isEqualTo(-Errno.EINVAL);
    }

    // --- the list

    @Test
    void refusesAnUnknownCommand() {
        assertThat(guest.request(guest.maddr(L1, 200) | 4, 0)).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void stopsAtTheFirstRefusalAndSaysHowManyWereDone() {
        guest.writeRequest(0, guest.maddr(L1, 200), guest.entry(8, PRESENT));
        guest.writeRequest(1, guest.maddr(L1, 201), guest.entry(L1, PRESENT | RW));
        guest.writeRequest(2, guest.maddr(L1, 202), guest.entry(8, PRESENT));
        assertThat(guest.mmu.mmuUpdate(guest.vcpu, guest.va(0), 3, guest.va(2) + 4, DomidSpecial.SELF))
                .isEqualTo(-Errno.EBUSY);
        assertThat(guest.memory.readInt(guest.frame(2), 4)).isEqualTo(1);
        assertThat(guest.peek(L1, 202)).isZero();
    }

    @Test
    void doesNothingForAnEmptyList() {
        assertThat(guest.mmu.mmuUpdate(guest.vcpu, guest.va(0), 0, guest.va(2), DomidSpecial.SELF))
                .isZero();
        assertThat(guest.memory.readInt(guest.frame(2), 0)).isZero();
    }

    @Test
    void refusesAListInXensRangeBeforeAnythingElse() {
        assertThat(guest.mmu.mmuUpdate(guest.vcpu, 0xFFFF_8000_0000_0000L, 1, 0, DomidSpecial.SELF))
                .isEqualTo(-Errno.EFAULT);
        assertThat(guest.mmu.mmuUpdate(guest.vcpu, guest.va(500), 1, 0, DomidSpecial.SELF))
                .isEqualTo(-Errno.EFAULT);
    }

    @Test
    void endsAtTheEndOfWhatIsMapped() {
        guest.writeRequest(255, guest.maddr(L1, 200), 0);
        long last = guest.va(0) + 4096 - MmuUpdate.SIZE;
        guest.unmap(1);
        assertThat(guest.mmu.mmuUpdate(guest.vcpu, last, 0x7FFF_FFFF, guest.va(2), DomidSpecial.SELF))
                .isEqualTo(-Errno.EFAULT);
        assertThat(guest.memory.readInt(guest.frame(2), 0)).isEqualTo(1);
    }

    // --- foreign domains

    @Test
    void refusesForeignDomains() {
        TestGuest other = new TestGuest(guest.machine, 2);
        long own = guest.maddr(L1, 200);
        assertThat(guest.request(own, 0, 2)).as("a domain that exists").isEqualTo(-Errno.EPERM);
        assertThat(guest.request(own, 0, 3)).as("a domain that does not").isEqualTo(-Errno.ESRCH);
        assertThat(guest.request(own, 0, 1)).as("itself, but not as DOMID_SELF").isEqualTo(-Errno.ESRCH);
        assertThat(guest.request(own, 0, 0)).as("the control domain").isEqualTo(-Errno.EPERM);
        assertThat(guest.request(own, 0, DomidSpecial.SELF | ((2 + 1) << 16)))
                .as("another's tables")
                .isEqualTo(-Errno.EPERM);
        assertThat(guest.request(own, 0, DomidSpecial.SELF | ((3 + 1) << 16))).isEqualTo(-Errno.ESRCH);
        assertThat(guest.request(own, 0, DomidSpecial.SELF | ((1 + 1) << 16)))
                .as("its own tables")
                .isZero();
        other.expectSound();
    }

    @Test
    void mapsNothingOfTheIoDomain() {
        long own = guest.maddr(L1, 200);
        assertThat(guest.request(own, guest.entry(8, PRESENT), DomidSpecial.IO)).isEqualTo(-Errno.EBUSY);
        assertThat(guest.request(own, PageTableEntry.of(0xFEE00, PRESENT), DomidSpecial.IO))
                .isEqualTo(-Errno.EPERM);
        assertThat(guest.request(own, 0, DomidSpecial.IO)).isZero();
    }

    @Test
    void knowsWhatItCallsTheTypes() {
        assertThat(FrameType.name(guest.table().type(guest.frame(L4)))).isEqualTo("l4");
        assertThat(guest.uses(L4)).isEqualTo("l4 2, total 4");
    }
}
