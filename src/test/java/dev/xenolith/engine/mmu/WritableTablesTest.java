package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.GLOBAL;
import static dev.xenolith.engine.abi.PageTableEntry.GUEST_KERNEL;
import static dev.xenolith.engine.abi.PageTableEntry.PCD;
import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.abi.PageTableEntry.USER;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static dev.xenolith.engine.mmu.TestGuest.L2;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stores to level 1 tables, as {@code ptwr_emulated_update} in xen/arch/x86/pv/ro-page-fault.c checks them. */
class WritableTablesTest {

    private final TestGuest guest = TestGuest.alone();
    private final WritableTables tables = new WritableTables(guest.memory, guest.vcpu);

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    private long slotVa(int slot) {
        return guest.va(L1) + slot * 8L;
    }

    @Test
    void storesAnEntry() {
        assertThat(tables.write(slotVa(200), 8, guest.entry(8, PRESENT | RW))).isTrue();
        assertThat(guest.peek(L1, 200)).isEqualTo(guest.entry(8, PRESENT | RW | USER | GUEST_KERNEL));
        assertThat(guest.uses(8)).isEqualTo("writable 2, total 3");
    }

    @Test
    void refusesAnEntryThatMmuUpdateRefuses() {
        assertThat(tables.write(slotVa(200), 8, guest.entry(L1, PRESENT | RW))).isFalse();
        assertThat(tables.write(slotVa(200), 8, guest.entry(8, PRESENT | PCD))).isFalse();
        assertThat(guest.peek(L1, 200)).isZero();
    }

    @Test
    void changesPartOfAnEntry() {
        long entry = guest.peek(L1, 8);
        assertThat(tables.write(slotVa(8), 1, entry & ~RW & 0xFF)).isTrue();
        assertThat(guest.peek(L1, 8)).isEqualTo(entry & ~RW);
        assertThat(guest.uses(8)).isEqualTo("none 0, total 2");
        // The upper half held GUEST_KERNEL: without it the entry is a user page to Xen.
        assertThat(tables.write(slotVa(8) + 4, 4, 0)).isTrue();
        assertThat(guest.peek(L1, 8)).isEqualTo((entry & ~RW & 0xFFFF_FFFFL) | GLOBAL);
    }

    @Test
    void refusesAStoreThatIsNotAligned() {
        assertThat(tables.write(slotVa(200) + 1, 2, 0)).isFalse();
        assertThat(tables.write(slotVa(200) + 4, 8, 0)).isFalse();
    }

    @Test
    void refusesHigherTablesAndPlainPages() {
        assertThat(tables.write(guest.va(L2), 8, 0)).isFalse();
        assertThat(tables.write(guest.va(8), 8, 0)).isFalse();
        assertThat(tables.write(0x1000, 8, 0)).isFalse();
    }
}
