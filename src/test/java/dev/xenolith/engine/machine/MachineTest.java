package dev.xenolith.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class MachineTest {

    private final Machine machine = new Machine(2048);
    private final FrameOwner owner = machine.createOwner(1);

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void neverGivesTheFirstMebibyteAway() {
        assertThat(machine.allocate(owner, 0)).isEqualTo(Machine.FIRST_FRAME);
        assertThat(machine.ownerOf(0)).isNotNull().extracting(FrameOwner::domid).isEqualTo(Machine.DOMID_IO);
    }

    @Test
    void alignsABlockToItsSize() {
        machine.allocate(owner, 0);
        for (int order = 0; order <= Machine.MAX_ORDER; order++) {
            int first = machine.allocate(owner, order);
            assertThat(first).as("order %d", order).isPositive();
            assertThat(first & (1 << order) - 1).as("order %d", order).isZero();
            assertThat(machine.owns(owner, first + (1 << order) - 1)).isTrue();
        }
    }

    @Test
    void refusesABlockAboveTheLargestOrder() {
        assertThat(machine.allocate(owner, Machine.MAX_ORDER + 1)).isEqualTo(Machine.NO_FRAME);
    }

    @Test
    void refusesWhenNoFrameIsLeft() {
        for (int i = 0; i < 2048; i++) {
            assertThat(machine.allocate(owner, 0)).isPositive();
        }
        assertThat(machine.allocate(owner, 0)).isEqualTo(Machine.NO_FRAME);
        assertThat(owner.pages()).isEqualTo(2048);
    }

    @Test
    void listsAnOwnersFramesInTheOrderOfAllocation() {
        int a = machine.allocate(owner, 0);
        int b = machine.allocate(owner, 0);
        int c = machine.allocate(owner, 0);
        machine.free(b);
        int d = machine.allocateSpecial(owner);
        List<Integer> frames = new ArrayList<>();
        machine.forEachFrame(owner, frames::add);
        assertThat(frames).containsExactly(a, c, d);
        assertThat(owner.pages()).isEqualTo(2);
        assertThat(owner.specialPages()).isEqualTo(1);
    }

    @Test
    void freesOnlyWhatADomainOwns() {
        assertThatThrownBy(() -> machine.free(0)).hasMessageContaining("no domain owns it");
        assertThatThrownBy(() -> machine.free(Machine.FIRST_FRAME)).hasMessageContaining("no domain owns it");
    }

    @Test
    void neverShowsTheNextOwnerWhatWasThere() {
        FrameOwner other = machine.createOwner(2);
        for (int round = 0; round < 3; round++) {
            int mfn = machine.allocate(owner, 0);
            for (int offset = 0; offset < 4096; offset += 8) {
                machine.gate().putLong(mfn, offset, -1);
            }
            machine.free(mfn);
            int next = machine.allocate(other, 0);
            assertThat(next).isEqualTo(mfn);
            assertThat(machine.readOffset(next)).isZero();
            machine.gate().putByte(next, 7, (byte) 1);
            byte[] bytes = machine.page(next).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            byte[] expected = new byte[4096];
            expected[7] = 1;
            assertThat(bytes).isEqualTo(expected);
            machine.free(next);
        }
    }

    @Test
    void givesTheMemoryOfFreedFramesBack() {
        int frames = 100;
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            int mfn = machine.allocate(owner, 0);
            machine.gate().putLong(mfn, 0, i);
            taken.add(mfn);
        }
        assertThat(machine.counters().backedSlots()).isEqualTo(frames);
        taken.forEach(machine::free);
        assertThat(machine.counters().backedSlots()).isZero();
        assertThat(machine.freeFrames()).isEqualTo(2048);
    }

    @Test
    void costsAlmostNothingWhileIdle() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/smaps_rollup")), "needs Linux");
        long before = residentKib();
        try (Machine idle = new Machine(12L << 30 >> 12)) {
            assertThat(idle.freeFrames()).isEqualTo(3 << 20);
            assertThat(residentKib() - before).isLessThan(16 << 10);
        }
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
