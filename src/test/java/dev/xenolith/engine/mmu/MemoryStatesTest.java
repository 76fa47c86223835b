package dev.xenolith.engine.mmu;

import static dev.xenolith.engine.abi.PageTableEntry.PRESENT;
import static dev.xenolith.engine.abi.PageTableEntry.RW;
import static dev.xenolith.engine.mmu.TestGuest.L4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.MmuExtOp;
import dev.xenolith.engine.machine.Machine;
import dev.xenolith.engine.mmu.MemoryState.FrameEntry;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transparent restore gives back equal numbers, types, counts and pins, in frames that are others. */
class MemoryStatesTest {

    private final TestGuest guest = TestGuest.alone();
    private final Machine elsewhere = new Machine(2048);

    @BeforeEach
    void makeItInteresting() {
        guest.poke(8, 0, 42);
        guest.poke(20, 2, 0x00af_fb00_0000_ffffL);
        guest.unmap(20);
        guest.vcpu.descriptors().setGdt(new long[] {guest.mfns[20]}, 100);
        guest.mapReadOnly(21);
        guest.ext(MmuExtOp.SET_LDT, guest.va(21), 512);
        guest.vcpu.descriptors().descriptor(4);
        guest.unmap(10);
        guest.poke(10, 511, guest.peek(L4, 511));
        guest.ext(MmuExtOp.NEW_USER_BASEPTR, guest.mfns[10]);
        guest.unmap(11);
        guest.poke(11, 5, guest.entry(30, PRESENT | RW));
        guest.ext(MmuExtOp.PIN_L1_TABLE, guest.mfns[11]);
        // A linear entry of a table that comes before its target.
        guest.unmap(12);
        guest.unmap(13);
        guest.poke(12, 0, 0);
        guest.ext(MmuExtOp.PIN_L3_TABLE, guest.mfns[13]);
        guest.ext(MmuExtOp.PIN_L3_TABLE, guest.mfns[12]);
        guest.update(12, 7, guest.entry(13, PRESENT));
        guest.memory.giveBack(guest.frame(31));
        guest.memory.held().holdWritable(guest.mfns[32]);
        guest.memory.allocateSpecial();
        guest.memory.setMemoryMap(List.of(new MemoryMapEntry(0, 1 << 20, 1)));
        guest.expectSound();
    }

    @AfterEach
    void close() {
        guest.close();
        elsewhere.close();
    }

    @Test
    void restoresEqualTypesCountsAndPins() {
        MemoryState saved = MemoryStates.of(guest.memory);
        DomainMemory memory = restore(elsewhere, 7, saved);
        assertThat(MemoryStates.compare(memory, saved)).isEmpty();
        assertThat(memory.checkInvariants()).isEmpty();
        MemoryState again = MemoryStates.of(memory);
        assertThat(again.m2p()).isEqualTo(saved.m2p());
        assertThat(again.memoryMap()).isEqualTo(saved.memoryMap());
        assertThat(again.guestDomid()).isEqualTo(1);
        assertThat(again.frameLimit()).isEqualTo(saved.frameLimit());
        assertThat(again.frames()).isEqualTo(saved.frames());
    }

    @Test
    void changesNoByteOfMemory() {
        MemoryState saved = MemoryStates.of(guest.memory);
        DomainMemory memory = restore(elsewhere, 7, saved);
        for (FrameEntry frame : saved.frames()) {
            assertThat(page(memory, frame.guestMfn()).mismatch(page(guest.memory, frame.guestMfn())))
                    .isEqualTo(-1);
        }
    }

    @Test
    void goesOnUnderItsOldNumbersInOtherFrames() {
        MemoryState saved = MemoryStates.of(guest.memory);
        // Other numbers than the old ones: the first frames are taken.
        new TestGuest(elsewhere, 1);
        DomainMemory memory = restore(elsewhere, 7, saved);
        VcpuMmu vcpu = memory.vcpus().getFirst();
        assertThat(memory.frameOf(guest.mfns[8])).isNotEqualTo((int) guest.mfns[8]);
        assertThat(vcpu.kernelGuestMfn()).isEqualTo(guest.mfns[L4]);
        assertThat(vcpu.access().readLong(guest.va(8))).isEqualTo(42);
        PvMmu mmu = new PvMmu(memory);
        assertThat(mmu.updateVaMapping(vcpu, guest.va(200), guest.entry(8, PRESENT | RW), 0))
                .isZero();
        assertThat(vcpu.access().readLong(guest.va(200))).isEqualTo(42);
        assertThat(memory.checkInvariants()).isEmpty();
    }

    @Test
    void balloonsAndExchangesUnderKeptNumbers() {
        MemoryState saved = MemoryStates.of(guest.memory);
        new TestGuest(elsewhere, 1);
        DomainMemory memory = restore(elsewhere, 7, saved);
        long freed = guest.mfns[40];
        memory.vcpus().getFirst().updateMapping(guest.va(40), 0);
        assertThat(memory.giveBack(memory.frameOf(freed))).isTrue();
        int block = memory.allocate(2);
        assertThat(memory.view().guestMfnOf(block) & 3)
                .as("aligned for the guest, too")
                .isZero();
        assertThat(memory.view().guestMfnOf(block + 3)).isEqualTo(memory.view().guestMfnOf(block) + 3);
        int single = memory.allocate(0);
        assertThat(memory.view().guestMfnOf(single)).isEqualTo(freed);
        assertThat(memory.checkInvariants()).isEmpty();
    }

    @Test
    void letsTwoRestoresLiveSideBySide() {
        MemoryState saved = MemoryStates.of(guest.memory);
        DomainMemory first = restore(elsewhere, 7, saved);
        DomainMemory second = restore(elsewhere, 8, saved);
        first.vcpus().getFirst().access().writeLong(guest.va(8), 1);
        second.vcpus().getFirst().access().writeLong(guest.va(8), 2);
        assertThat(first.vcpus().getFirst().access().readLong(guest.va(8))).isEqualTo(1);
        first.destroy();
        assertThat(second.vcpus().getFirst().access().readLong(guest.va(8))).isEqualTo(2);
        assertThat(second.checkInvariants()).isEmpty();
        second.destroy();
        assertThat(elsewhere.counters().backedSlots()).isZero();
        assertThat(elsewhere.freeFrames()).isEqualTo(2048);
    }

    @Test
    void refusesATableThatWasTamperedWith() {
        MemoryState saved = MemoryStates.of(guest.memory);
        DomainMemory memory = restoreBytes(elsewhere, 7, saved);
        memory.writeLong(memory.frameOf(guest.mfns[11]), 8, guest.entry(L4, PRESENT | RW));
        new VcpuMmu(memory, 0);
        assertThat(MemoryStates.restoreTypes(memory, saved)).isNotEmpty();
        assertThat(memory.checkInvariants()).isEmpty();
    }

    @Test
    void leavesNothingBehindOnAHostThatIsTooSmall() {
        MemoryState saved = MemoryStates.of(guest.memory);
        try (Machine small = new Machine(50)) {
            assertThat(MemoryStates.restoreFrames(small, 7, saved)).isNull();
            assertThat(small.freeFrames()).isEqualTo(50);
            assertThat(small.hasOwner(7)).isFalse();
        }
    }

    private DomainMemory restore(Machine machine, int domid, MemoryState saved) {
        DomainMemory memory = restoreBytes(machine, domid, saved);
        new VcpuMmu(memory, 0);
        assertThat(memory.held().holdWritable(guest.mfns[32])).isPositive();
        assertThat(MemoryStates.restoreTypes(memory, saved)).isEmpty();
        return memory;
    }

    private DomainMemory restoreBytes(Machine machine, int domid, MemoryState saved) {
        DomainMemory memory = Objects.requireNonNull(MemoryStates.restoreFrames(machine, domid, saved));
        for (FrameEntry frame : saved.frames()) {
            if (!frame.isZero()) {
                machine.gate()
                        .copyIn(memory.frameOf(frame.guestMfn()), 0, page(guest.memory, frame.guestMfn()), 0, 4096);
            }
        }
        return memory;
    }

    private static MemorySegment page(DomainMemory memory, long guestMfn) {
        return memory.machine().page(memory.frameOf(guestMfn));
    }
}
