package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.mmu.TestGuest.L2;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.MmuExtOp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of {@code get_l*_linear_pagetable} in xen/arch/x86/mm.c. */
class LinearTablesTest {

    private final TestGuest guest = TestGuest.alone();

    @BeforeEach
    void makeRoom() {
        for (int pfn = 10; pfn < 14; pfn++) {
            guest.unmap(pfn);
        }
    }

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void letsATableNameItself(int level) {
        guest.poke(10, 5, guest.entry(10, PRESENT));
        assertThat(pin(10, level)).isZero();
        assertThat(guest.uses(10)).as("free of charge").isEqualTo("l" + level + " 1, total 2");
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
    }

    @Test
    void refusesASelfMapWithWriteRights() {
        guest.poke(10, 5, guest.entry(10, PRESENT | RW));
        assertThat(pin(10, 4)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(L4, 5, guest.entry(L4, PRESENT | RW))).isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(L4, 5, guest.entry(L4, PRESENT))).isZero();
    }

    @Test
    void readsTheTablesThroughASelfMap() {
        guest.update(L4, 5, guest.entry(L4, PRESENT));
        // Slot 5 four times over: the level 4 table seen as a page.
        long va = (5L << 39) | (5L << 30) | (5L << 21) | (5L << 12);
        assertThat(guest.vcpu.walk(va, VcpuMmu.READ, true)).isEqualTo(guest.machine.readOffset(guest.frame(L4)));
        assertThat(guest.vcpu.walk(va, VcpuMmu.WRITE, true)).isNegative();
    }

    @Test
    void countsAnotherTableOfTheSameLevel() {
        assertThat(pin(10, 4)).isZero();
        assertThat(guest.update(L4, 5, guest.entry(10, PRESENT))).isZero();
        assertThat(guest.uses(10)).isEqualTo("l4 2, total 3");
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.update(L4, 5, 0)).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
    }

    @Test
    void refusesATargetThatIsNotValidatedYet() {
        assertThat(guest.update(L4, 5, guest.entry(10, PRESENT)))
                .as("promoted as l3")
                .isZero();
        assertThat(guest.uses(10)).isEqualTo("l3 1, total 2");
        assertThat(pin(11, 2)).isZero();
        assertThat(guest.update(L4, 6, guest.entry(11, PRESENT))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesChains() {
        assertThat(pin(10, 4)).isZero();
        assertThat(pin(11, 4)).isZero();
        assertThat(pin(12, 4)).isZero();
        assertThat(guest.update(10, 5, guest.entry(11, PRESENT))).isZero();
        assertThat(guest.update(11, 5, guest.entry(12, PRESENT)))
                .as("a target gets an entry")
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(12, 5, guest.entry(10, PRESENT)))
                .as("a table with an entry becomes a target")
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(12, 5, guest.entry(11, PRESENT)))
                .as("two may name one")
                .isZero();
        assertThat(guest.update(10, 5, 0)).isZero();
        assertThat(guest.update(12, 5, 0)).isZero();
        assertThat(guest.update(11, 5, guest.entry(12, PRESENT))).isZero();
    }

    @Test
    void refusesACircle() {
        assertThat(pin(10, 3)).isZero();
        assertThat(pin(11, 3)).isZero();
        assertThat(guest.update(10, 5, guest.entry(11, PRESENT))).isZero();
        assertThat(guest.update(11, 5, guest.entry(10, PRESENT))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void refusesToMapWithWriteRightsByAHarmlessLookingUpdate() {
        assertThat(pin(10, 2)).isZero();
        assertThat(guest.update(L2, 9, guest.entry(10, PRESENT))).isZero();
        assertThat(guest.update(L2, 9, guest.entry(10, PRESENT | RW))).isEqualTo(-Errno.EINVAL);
        assertThat(guest.update(L2, 9, 0)).isZero();
    }

    @Test
    void demotesATargetWithItsLastLinearUse() {
        guest.poke(10, 0, guest.entry(13, PRESENT));
        assertThat(pin(10, 2)).isZero();
        assertThat(guest.uses(13)).isEqualTo("l1 1, total 2");
        guest.poke(11, 3, guest.entry(10, PRESENT));
        assertThat(pin(11, 2)).isZero();
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[10])).isZero();
        assertThat(guest.uses(13)).isEqualTo("l1 1, total 2");
        assertThat(guest.ext(MmuExtOp.UNPIN_TABLE, guest.mfns[11])).isZero();
        assertThat(guest.uses(10)).isEqualTo("none 0, total 1");
        assertThat(guest.uses(13)).isEqualTo("none 0, total 1");
    }

    private long pin(int pfn, int level) {
        return guest.ext(MmuExtOp.PIN_L1_TABLE + level - 1, guest.mfns[pfn]);
    }
}
