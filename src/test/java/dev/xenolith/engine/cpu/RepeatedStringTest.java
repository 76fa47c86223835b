package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Repeated string instructions: parts, interruption, faults in the middle. */
class RepeatedStringTest {
    private static TestGuest guest(String code, long rdi, long rsi, long rcx) {
        TestGuest guest = new TestGuest().code(code + "f4");
        guest.cpu.setGpr(Gpr.RDI, rdi);
        guest.cpu.setGpr(Gpr.RSI, rsi);
        guest.cpu.setGpr(Gpr.RCX, rcx);
        return guest;
    }

    @Test
    void stopsBetweenPagesWithRipOnTheInstruction() {
        try (TestGuest guest = guest("f3aa", TestGuest.DATA + 0xf00, 0, 0x2000)) {
            guest.cpu.setGpr(Gpr.RAX, 0x5a);
            assertThat(guest.cpu.run(1)).isEqualTo(1);
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(0x1f00);
            assertThat(guest.cpu.gpr(Gpr.RDI)).isEqualTo(TestGuest.DATA + 0x1000);
            assertThat(guest.cpu.rip()).isEqualTo(TestGuest.CODE);
            assertThat(guest.cpu.run(100)).isEqualTo(3);
            assertThat(guest.data(TestGuest.DATA + 0x2ef8)).isEqualTo(0x5a5a_5a5a_5a5a_5a5aL);
            assertThat(guest.data(TestGuest.DATA + 0x2f00)).isZero();
        }
    }

    @Test
    void faultsWithTheFinishedPartDone() {
        long last = TestGuest.DATA + 15 * 4096;
        try (TestGuest guest = guest("f348ab", last, 0, 1024)) {
            guest.cpu.setGpr(Gpr.RAX, 7);
            guest.cpu.run(100);
            assertThat(guest.lastCall()).isEqualTo("exception 14 2 610000 at 400000");
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(512);
            assertThat(guest.cpu.gpr(Gpr.RDI)).isEqualTo(last + 4096);
        }
    }

    @Test
    void writesNothingOfAnElementThatFaults() {
        long end = TestGuest.DATA + 16 * 4096;
        try (TestGuest guest = guest("f348ab", end - 12, 0, 2)) {
            guest.cpu.setGpr(Gpr.RAX, -1);
            guest.cpu.run(100);
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(1);
            assertThat(guest.data(end - 8) >>> 32).isZero();
        }
    }

    @Test
    void doesNothingForACountOfZero() {
        try (TestGuest guest = guest("f3a4", 1, 2, 0)) {
            assertThat(guest.cpu.run(100)).isEqualTo(2);
            assertThat(guest.lastCall()).isEqualTo("hlt");
        }
    }

    @Test
    void copiesAPatternOverItself() {
        try (TestGuest guest = guest("f3a4", TestGuest.DATA + 3, TestGuest.DATA, 61)) {
            guest.setData(TestGuest.DATA, 0x636261);
            guest.cpu.run(100);
            assertThat(guest.data(TestGuest.DATA + 56)).isEqualTo(pattern(56));
        }
    }

    /** Eight bytes of "abcabc..." from an offset on. */
    private static long pattern(int offset) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | 'a' + (offset + i) % 3;
        }
        return value;
    }

    @Test
    void materialisesTheDestinationBeforeReadingItsSource() {
        try (TestGuest guest = guest("f348a5", TestGuest.DATA + 4096, TestGuest.DATA, 512)) {
            for (int i = 0; i < 512; i++) {
                guest.setData(TestGuest.DATA + 8L * i, i * 3L);
            }
            assertThat(guest.cpu.run(100)).isEqualTo(2);
            assertThat(guest.data(TestGuest.DATA + 8191 - 7)).isEqualTo(511 * 3L);
        }
    }

    @Test
    void endsAVeryLargeCountAtItsFirstFault() {
        try (TestGuest guest = guest("f3aa", TestGuest.DATA, 0, -1)) {
            guest.cpu.run(1000);
            assertThat(guest.lastCall()).startsWith("exception 14 2 610000");
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(-1 - 16 * 4096L);
        }
    }
}
