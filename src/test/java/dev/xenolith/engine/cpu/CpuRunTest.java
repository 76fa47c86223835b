package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Counting, stopping, chaining, and what must not be seen of blocks. */
class CpuRunTest {
    @Test
    void countsEveryInstruction() {
        try (TestGuest guest = new TestGuest()) {
            // mov ecx,10; 1: inc eax; dec ecx; jnz 1b; jmp .
            guest.code("b90a000000 ffc0 ffc9 75fa ebfe");
            assertThat(guest.cpu.run(31)).isEqualTo(31);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(10);
            assertThat(guest.cpu.rip()).isEqualTo(TestGuest.CODE + 11);
            assertThat(guest.cpu.run(1000)).isEqualTo(1000);
        }
    }

    @Test
    void stopsAfterAnyNumberOfInstructions() {
        for (int n = 0; n <= 31; n++) {
            try (TestGuest guest = new TestGuest()) {
                guest.code("b90a000000 ffc0 ffc9 75fa ebfe");
                assertThat(guest.cpu.run(n)).isEqualTo(n);
                assertThat(guest.cpu.gpr(Gpr.RAX)).as("after %d", n).isEqualTo((n + 1) / 3);
            }
        }
    }

    @Test
    void givesTheSameStateHoweverARunIsCut() {
        // xor eax,eax; mov ecx,1000; 1: add eax,ecx; rol eax,3; push rax; pop rdx; adc edx,eax; loop 1b; jmp .
        String program = "31c0 b9e8030000 01c8 c1c003 50 5a 11c2 e2f4 ebfe";
        try (TestGuest whole = new TestGuest();
                TestGuest cut = new TestGuest()) {
            whole.code(program);
            cut.code(program);
            whole.cpu.run(5000);
            for (int done = 0, step = 1; done < 5000; done += step, step = Math.min(step % 13 + 1, 5000 - done)) {
                cut.cpu.run(step);
            }
            assertThat(cut.cpu.snapshot()).usingRecursiveComparison().isEqualTo(whole.cpu.snapshot());
        }
    }

    @Test
    void stopsWhenAHookAsks() {
        try (TestGuest guest = new TestGuest()) {
            guest.code("ffc0 f4 ffc0 ebfe");
            assertThat(guest.cpu.run(100)).isEqualTo(2);
            assertThat(guest.cpu.rip()).isEqualTo(TestGuest.CODE + 3);
            assertThat(guest.lastCall()).isEqualTo("hlt");
        }
    }

    @Test
    void callsAndReturnsAcrossPages() {
        try (TestGuest guest = new TestGuest()) {
            // call CODE+0x2000; hlt
            guest.code("e8fb1f0000 f4").code(TestGuest.CODE + 0x2000, "b82a000000 c3");
            assertThat(guest.cpu.run(100)).isEqualTo(4);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(42);
            assertThat(guest.cpu.gpr(Gpr.RSP)).isEqualTo(TestGuest.STACK - 64);
        }
    }
}
