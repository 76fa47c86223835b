package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which exception, with which error code, at which rip, and nothing else changed. Registers are set so that rbx points to
 * data, rcx to an address that is not mapped, rdx to one that is not canonical.
 */
class FaultTest {
    private static final long UNMAPPED = 0x70_0000;
    private static final long NOT_CANONICAL = 0x8000_0000_0000_0000L;

    /** Two instructions before, so that the fault lies inside a block. */
    private static final String BEFORE = "90 39c0";

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "div by zero,                f7f6,                   exception 0 ffffffff 0",
        "div overflow,               48f7f3,                 exception 0 ffffffff 0",
        "idiv min by -1,             48f7fd,                 exception 0 ffffffff 0",
        "ud2,                        0f0b,                   exception 6 ffffffff 0",
        "ud1,                        0fb9c0,                 exception 6 ffffffff 0",
        "into,                       ce,                     exception 6 ffffffff 0",
        "VEX,                        c5f877,                 exception 6 ffffffff 0",
        "pshufb (SSSE3),             660f3800c1,             exception 6 ffffffff 0",
        "rdrand,                     0fc7f0,                 exception 6 ffffffff 0",
        "xgetbv,                     0f01d0,                 exception 6 ffffffff 0",
        "xsave,                      0fae23,                 exception 6 ffffffff 0",
        "rdfsbase,                   f30faec0,               exception 6 ffffffff 0",
        "clac,                       0f01ca,                 exception 6 ffffffff 0",
        "movbe,                      0f38f003,               exception 6 ffffffff 0",
        "lock mov,                   f08903,                 exception 6 ffffffff 0",
        "lock add register,          f001c0,                 exception 6 ffffffff 0",
        "lock cmp,                   f03903,                 exception 6 ffffffff 0",
        "lock bt,                    f00fa303,               exception 6 ffffffff 0",
        "lea register,               8dc0,                   exception 6 ffffffff 0",
        "mov cs,                     8ec8,                   exception 6 ffffffff 0",
        "16 bytes long,              66666666666666666666666666666690, exception 13 0 0",
        "swapgs,                     0f01f8,                 exception 13 0 0",
        "lgdt,                       0f0113,                 exception 13 0 0",
        "sysret,                     480f07,                 exception 13 0 0",
        "load unmapped,              8b01,                   exception 14 0 700000",
        "store unmapped,             8901,                   exception 14 2 700000",
        "rmw unmapped,               0101,                   exception 14 2 700000",
        "cmp unmapped,               3901,                   exception 14 0 700000",
        "cmpxchg unmapped,           0fb101,                 exception 14 2 700000",
        "push unmapped,              ff31,                   exception 14 0 700000",
        "jmp to unmapped,            ffe1,                   exception 14 10 700000",
        "not canonical,              8b02,                   exception 13 0 0",
        "not canonical stack,        4889d5 8b4500,          exception 12 0 0",
        "ret not canonical,          52 c3,                  exception 13 0 0",
        "jmp not canonical,          ffe2,                   exception 13 0 0",
        "movaps unaligned,           0f284301,               exception 13 0 0",
        "cmpxchg16b unaligned,       480fc74b08,             exception 13 0 0",
        "fxsave unaligned,           0fae4308,               exception 13 0 0",
        "iretq to a null cs,         6a00 6a00 6a02 6a00 6a00 48cf, exception 13 0 0",
    })
    void raises(String name, String code, String expected) {
        try (TestGuest guest = new TestGuest()) {
            guest.code(BEFORE + code);
            guest.cpu.setGpr(Gpr.RBX, TestGuest.DATA);
            guest.cpu.setGpr(Gpr.RCX, UNMAPPED);
            guest.cpu.setGpr(Gpr.RDX, NOT_CANONICAL);
            guest.cpu.setGpr(Gpr.RBP, -1);
            guest.cpu.run(100);
            assertThat(guest.lastCall()).as(name).startsWith(expected + " at ");
        }
    }

    @Test
    void leavesEverythingAsBeforeTheFaultingInstruction() {
        try (TestGuest guest = new TestGuest()) {
            // add eax,1; add eax,[rcx]; mov eax,0
            guest.code("83c001 0301 b800000000");
            guest.cpu.setGpr(Gpr.RCX, UNMAPPED);
            guest.cpu.setGpr(Gpr.RAX, 0xffff_ffffL);
            assertThat(guest.cpu.run(100)).isEqualTo(2);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isZero();
            assertThat(guest.cpu.rip()).isEqualTo(TestGuest.CODE + 3);
            assertThat(guest.cpu.rflags() & Rflags.ARITHMETIC).isEqualTo(Rflags.CF | Rflags.ZF | Rflags.PF | Rflags.AF);
        }
    }

    @Test
    void goesOnAfterTheFaultIsRepaired() {
        try (TestGuest guest = new TestGuest()) {
            guest.code("83c001 0301 f4");
            guest.cpu.setGpr(Gpr.RCX, UNMAPPED);
            guest.cpu.run(100);
            guest.space.map(UNMAPPED, TestGuest.DATA_HOST, PagedSpace.READABLE);
            guest.setData(TestGuest.DATA, 41);
            guest.cpu.run(100);
            assertThat(guest.cpu.gpr(Gpr.RAX)).isEqualTo(42);
            assertThat(guest.lastCall()).isEqualTo("hlt");
        }
    }

    @Test
    void writesNoByteOfAStoreWhoseSecondPageFaults() {
        try (TestGuest guest = new TestGuest()) {
            long last = TestGuest.DATA + 16 * 4096 - 4;
            guest.code("488903"); // mov [rbx],rax
            guest.setData(last - 4, 0x1111_1111_1111_1111L);
            guest.cpu.setGpr(Gpr.RAX, -1);
            guest.cpu.setGpr(Gpr.RBX, last);
            guest.cpu.run(1);
            assertThat(guest.lastCall()).startsWith("exception 14 2 610000");
            assertThat(guest.data(last - 4)).isEqualTo(0x1111_1111_1111_1111L);
        }
    }

    @Test
    void readsAndWritesAcrossPagesThatLieApart() {
        try (TestGuest guest = new TestGuest()) {
            guest.space.map(TestGuest.DATA + 4096, TestGuest.DATA_HOST + 5 * 4096, PagedSpace.ALL);
            guest.code("488903 488b0b f4"); // mov [rbx],rax; mov rcx,[rbx]; hlt
            guest.cpu.setGpr(Gpr.RAX, 0x1122_3344_5566_7788L);
            guest.cpu.setGpr(Gpr.RBX, TestGuest.DATA + 4096 - 3);
            guest.cpu.run(100);
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(0x1122_3344_5566_7788L);
            assertThat(guest.ram.get(CpuMemory.BYTE, TestGuest.DATA_HOST + 5 * 4096))
                    .isEqualTo((byte) 0x55);
        }
    }

    @Test
    void raisesDeviceNotAvailableWhileTsIsSet() {
        for (String code : new String[] {"0f28c1", "d9e8", "0fae03", "0fae13", "9b", "0fefc0"}) {
            try (TestGuest guest = new TestGuest()) {
                guest.code(code);
                guest.cpu.setGpr(Gpr.RBX, TestGuest.DATA);
                guest.cpu.setTaskSwitched(true);
                guest.cpu.run(1);
                assertThat(guest.lastCall()).as(code).startsWith("exception 7 ffffffff");
                guest.env.calls.clear();
                guest.cpu.setTaskSwitched(false);
                guest.cpu.run(1);
                assertThat(guest.lastCall()).as(code).isEmpty();
            }
        }
    }

    @Test
    void handsTrappedStoresToTheAddressSpace() {
        try (TestGuest guest = new TestGuest()) {
            guest.space.map(TestGuest.DATA, TestGuest.DATA_HOST, PagedSpace.READABLE | PagedSpace.TRAPPED);
            guest.setData(TestGuest.DATA, 0x41);
            guest.cpu.setGpr(Gpr.RBX, TestGuest.DATA);
            guest.cpu.setGpr(Gpr.RAX, 0x41);
            guest.cpu.setGpr(Gpr.RCX, 0x99);
            guest.code("f0480fb10b"); // lock cmpxchg [rbx],rcx
            guest.cpu.run(1);
            assertThat(guest.space.lastTrapped).isEqualTo("600000/8=99");
            assertThat(guest.cpu.rflags() & Rflags.ZF).isNotZero();
            assertThat(guest.data(TestGuest.DATA)).isEqualTo(0x41);
        }
    }

    @Test
    void countsAFaultAsOneInstruction() {
        try (TestGuest guest = new TestGuest()) {
            guest.code("0f0b");
            assertThat(guest.cpu.run(1)).isEqualTo(1);
            guest.cpu.setRip(UNMAPPED);
            assertThat(guest.cpu.run(7)).isEqualTo(1);
        }
    }
}
