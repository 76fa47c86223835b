package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.mmu.TestGuest.L1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.MemoryOp;
import dev.xenolith.engine.abi.MemoryOp.Reservation;
import dev.xenolith.engine.abi.MmuUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists without end, one page of requests mapped over and over, are done in parts. */
class ContinuationTest {

    /** Level 1 slots from here on all map the page of requests. */
    private static final int FIRST_SLOT = 128;

    private static final int SLOTS = 384;
    private static final int LIST = 4;
    private static final int REQUESTS = SLOTS * 4096 / MmuUpdate.SIZE;

    private final TestGuest guest = TestGuest.alone();

    @BeforeEach
    void isIssuedAgain() {
        guest.mmu.setPreemptible(true);
    }

    @AfterEach
    void leavesTheDomainSound() {
        guest.expectSound();
        guest.close();
    }

    @Test
    void stopsInAListThatGoesRoundAndRound() {
        for (int i = 0; i < 256; i++) {
            request(i, guest.maddr(8, i), i);
        }
        mapOverAndOver();
        assertThat(runToTheEnd()).as("98,304 requests of little work").isEqualTo(2);
    }

    @Test
    void stopsWhenEachRequestIsMuchWork() {
        guest.unmap(10);
        guest.unmap(11);
        for (int slot = 0; slot < 512; slot++) {
            guest.poke(10, slot, guest.entry(20, PRESENT | RW));
        }
        guest.poke(11, 0, guest.entry(10, TestGuest.TABLE));
        for (int i = 0; i < 256; i++) {
            request(i, guest.maddr(TestGuest.L3, 7), i % 2 == 0 ? guest.entry(11, TestGuest.TABLE) : 0);
        }
        mapOverAndOver();
        assertThat(runToTheEnd()).as("98,304 requests of 1,024 entries each").isGreaterThan(1000);
    }

    @Test
    void neverStopsWhereNobodyWouldGoOn() {
        guest.mmu.setPreemptible(false);
        for (int i = 0; i < 256; i++) {
            request(i, guest.maddr(8, i), i);
        }
        mapOverAndOver();
        assertThat(runToTheEnd()).isOne();
    }

    @Test
    void stopsWhileTheSameFrameIsGivenBackForEver() {
        for (int i = 0; i < 512; i++) {
            guest.poke(LIST, i, guest.mfns[20]);
        }
        mapOverAndOver();
        reservation(SLOTS * 512);
        long result = guest.mmu.memoryOp(guest.vcpu, MemoryOp.DECREASE_RESERVATION, guest.va(0));
        assertThat(result).isEqualTo(PvMmu.PREEMPTED);
        while (result == PvMmu.PREEMPTED) {
            guest.mmu.beginWork();
            Continuation rest = guest.mmu.continuation();
            result = guest.mmu.memoryOp(guest.vcpu, rest.argument1(), rest.argument2());
        }
        assertThat(result).isEqualTo(SLOTS * 512L);
        assertThat(guest.uses(20)).as("still mapped").isEqualTo("writable 1, total 1");
    }

    @Test
    void handsAResultOver() {
        assertThat(guest.mmu.mmuUpdate(guest.vcpu, 0, MmuUpdate.PREEMPTED, 0, -14))
                .isEqualTo(-14);
        assertThat(guest.mmu.mmuextOp(guest.vcpu, 0, MmuUpdate.PREEMPTED, 0, -14))
                .isEqualTo(-14);
    }

    private void mapOverAndOver() {
        for (int slot = FIRST_SLOT; slot < FIRST_SLOT + SLOTS; slot++) {
            guest.update(L1, slot, guest.entry(LIST, PRESENT | RW));
        }
    }

    private void request(int index, long ptr, long value) {
        guest.poke(LIST, index * 2, ptr);
        guest.poke(LIST, index * 2 + 1, value);
    }

    /** Issues the call again until it is done; returns in how many parts it was done. */
    private int runToTheEnd() {
        long result = guest.mmu.mmuUpdate(guest.vcpu, guest.va(FIRST_SLOT), REQUESTS, guest.va(2), DomidSpecial.SELF);
        int parts = 1;
        while (result == PvMmu.PREEMPTED) {
            parts++;
            assertThat(guest.mmu.isPreempted()).isTrue();
            guest.mmu.beginWork();
            assertThat(guest.mmu.isPreempted()).isFalse();
            Continuation rest = guest.mmu.continuation();
            assertThat((int) rest.argument2()).as("flagged").isNegative();
            result = guest.mmu.mmuUpdate(
                    guest.vcpu, rest.argument1(), (int) rest.argument2(), guest.va(2), DomidSpecial.SELF);
        }
        assertThat(guest.mmu.isPreempted()).isFalse();
        assertThat(result).isZero();
        assertThat(guest.memory.readInt(guest.frame(2), 0)).isEqualTo(REQUESTS);
        return parts;
    }

    private void reservation(long extents) {
        guest.memory.writeLong(guest.frame(0), Reservation.EXTENT_START, guest.va(FIRST_SLOT));
        guest.memory.writeLong(guest.frame(0), Reservation.NR_EXTENTS, extents);
        guest.memory.writeInt(guest.frame(0), Reservation.EXTENT_ORDER, 0);
        guest.memory.writeInt(guest.frame(0), Reservation.MEM_FLAGS, 0);
        guest.memory.writeShort(guest.frame(0), Reservation.DOMID, (short) DomidSpecial.SELF);
    }
}
