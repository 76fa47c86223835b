package dev.xenolith.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IRETQ, far returns, segment loads and the hooks. Selectors are those of a PV guest. */
class TransferTest {
    private static final int CS64 = 0xe033;
    private static final int CS32 = 0xe023;
    private static final int SS = 0xe02b;
    private static final long FLAT_CODE_64 = 0x00af_fb00_0000_ffffL;
    private static final long FLAT_CODE_32 = 0x00cf_fb00_0000_ffffL;
    private static final long FLAT_DATA = 0x00cf_f300_0000_ffffL;
    private static final long KERNEL_CODE = 0x00af_9b00_0000_ffffL;
    private static final long NOT_PRESENT = 0x00cf_7300_0000_ffffL;
    private static final long BASED_DATA = 0x12cf_f334_5678_ffffL;

    private static TestGuest guest() {
        TestGuest guest = new TestGuest();
        guest.env.descriptors.put(CS64 & 0xfffc, FLAT_CODE_64);
        guest.env.descriptors.put(CS32 & 0xfffc, FLAT_CODE_32);
        guest.env.descriptors.put(SS & 0xfffc, FLAT_DATA);
        guest.env.descriptors.put(0x10, KERNEL_CODE);
        guest.env.descriptors.put(0x18, NOT_PRESENT);
        guest.env.descriptors.put(0x20, BASED_DATA);
        guest.cpu.setSelector(Sreg.CS, CS64);
        guest.cpu.setSelector(Sreg.SS, SS);
        return guest;
    }

    private static void push(TestGuest guest, long value) {
        long rsp = guest.cpu.gpr(Gpr.RSP) - 8;
        guest.cpu.setGpr(Gpr.RSP, rsp);
        guest.ram.set(CpuMemory.LONG, rsp - TestGuest.STACK + 0x5_0000, value);
    }

    private static TestGuest iretq(long rip, long cs, long flags, long rsp, long ss) {
        TestGuest guest = guest();
        push(guest, ss);
        push(guest, rsp);
        push(guest, flags);
        push(guest, cs);
        push(guest, rip);
        guest.code("90 48cf").code(TestGuest.CODE + 0x100, "f4");
        return guest;
    }

    @Test
    void returnsToTheSameRing() {
        try (TestGuest guest = iretq(TestGuest.CODE + 0x100, CS64, 0x3cd7, TestGuest.STACK - 512, SS)) {
            guest.cpu.run(2);
            assertThat(guest.cpu.rip()).isEqualTo(TestGuest.CODE + 0x100);
            assertThat(guest.cpu.gpr(Gpr.RSP)).isEqualTo(TestGuest.STACK - 512);
            // IOPL stays 0 and IF stays set, whatever the frame says.
            assertThat(guest.cpu.rflags()).isEqualTo(0xed7);
        }
    }

    @ParameterizedTest(name = "cs {0} ss {1} rip {2}")
    @CsvSource({
        "0,    e02b, 400100,           13 0",
        "e030, e02b, 400100,           13 e030",
        "13,   e02b, 400100,           13 10",
        "e02b, e02b, 400100,           13 e028",
        "33,   e02b, 400100,           13 30",
        "e033, 0,    400100,           13 0",
        "e033, e028, 400100,           13 e028",
        "e033, e033, 400100,           13 e030",
        "e033, 1b,   400100,           12 18",
        "e033, e02b, 8000000000000000, 13 0",
    })
    void refusesABadFrame(String cs, String ss, String rip, String expected) {
        try (TestGuest guest =
                iretq(Long.parseUnsignedLong(rip, 16), Long.parseLong(cs, 16), 0x202, 0, Long.parseLong(ss, 16))) {
            long rsp = guest.cpu.gpr(Gpr.RSP);
            guest.cpu.run(100);
            assertThat(guest.lastCall()).isEqualTo("exception " + expected + " 0 at 400001");
            assertThat(guest.cpu.gpr(Gpr.RSP)).isEqualTo(rsp);
            assertThat(guest.cpu.selector(Sreg.CS)).isEqualTo(CS64);
        }
    }

    @Test
    void refusesToReturnWithNestedTask() {
        try (TestGuest guest = iretq(TestGuest.CODE + 0x100, CS64, 0x202, 0, SS)) {
            guest.cpu.setRflags(0x4202);
            guest.cpu.run(100);
            assertThat(guest.lastCall()).startsWith("exception 13 0");
        }
    }

    @Test
    void reportsCompatibilityMode() {
        try (TestGuest guest = iretq(TestGuest.CODE + 0x100, CS32, 0x202, 0, SS)) {
            guest.cpu.run(100);
            assertThat(guest.lastCall()).isEqualTo("compat e023");
        }
    }

    @Test
    void returnsFar() {
        try (TestGuest guest = guest()) {
            push(guest, CS64);
            push(guest, TestGuest.CODE + 0x100);
            guest.code("48cb").code(TestGuest.CODE + 0x100, "f4");
            guest.cpu.run(100);
            assertThat(guest.lastCall()).isEqualTo("hlt");
            assertThat(guest.cpu.gpr(Gpr.RSP)).isEqualTo(TestGuest.STACK - 64);
        }
    }

    @Test
    void loadsSegmentsAndTheirBases() {
        try (TestGuest guest = guest()) {
            // mov ax,0x23; mov fs,ax; mov rbx,fs:[0]; mov ecx,fs; hlt
            guest.space.map(0x1234_5000L, TestGuest.DATA_HOST, PagedSpace.READABLE);
            guest.setData(TestGuest.DATA + 0x678, 99);
            guest.code("66b82300 8ee0 64488b1c2500000000 8ce1 f4");
            guest.cpu.run(100);
            assertThat(guest.cpu.fsBase()).isEqualTo(0x1234_5678L);
            assertThat(guest.cpu.gpr(Gpr.RBX)).isEqualTo(99);
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(0x23);
        }
    }

    @ParameterizedTest(name = "mov {0}, {1}")
    @CsvSource({"e0, 13, 13 10", "e0, 1b, 11 18", "e0, 43, 13 40", "d0, 0, 13 0", "d0, e028, 13 e028"})
    void refusesABadSegment(String modrm, String selector, String expected) {
        try (TestGuest guest = guest()) {
            guest.cpu.setGpr(Gpr.RAX, Long.parseLong(selector, 16));
            guest.code("8e" + modrm);
            guest.cpu.run(1);
            assertThat(guest.lastCall()).isEqualTo("exception " + expected + " 0 at 400000");
        }
    }

    @Test
    void inspectsDescriptors() {
        try (TestGuest guest = guest()) {
            // lsl ecx,eax; setz dl; lar ebx,eax; verr ax; setz dh; hlt
            guest.code("0f03c8 0f94c2 0f02d8 0f00e0 0f94c6 f4");
            guest.cpu.setGpr(Gpr.RAX, SS);
            guest.cpu.run(100);
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(0xffff_ffffL);
            assertThat(guest.cpu.gpr(Gpr.RBX)).isEqualTo(0xcff300L);
            assertThat(guest.cpu.gpr(Gpr.RDX) & 0xffff).isEqualTo(0x101);
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "0f05,           syscall 10,            400002",
        "cc,             int 3,                 400001",
        "cd80,           int 128,               400002",
        "f1,             int 1,                 400001",
        "0fa2,           cpuid 10,              400002",
        "0f0b78656e0fa2, cpuid 10,              400007",
        "0f32,           rdmsr 20,              400002",
        "0f30,           wrmsr 20 3000000010,   400002",
        "0f20d8,         read cr3,              400003",
        "0f22d8,         write cr3 10,          400003",
        "0f21f8,         read dr7,              400003",
        "0f23f8,         write dr7 10,          400003",
        "e442,           in 42 1,               400002",
        "66ed,           in 30 2,               400002",
        "ef,             out 30 4 10,           400001",
        "fa,             cli,                   400001",
        "fb,             sti,                   400001",
        "0f06,           clts,                  400002",
        "0f013b,         invlpg 600000,         400003",
        "0f09,           wbinvd,                400002",
        "0f31,           rdtsc,                 400002",
        "0f01f9,         rdtscp is rdtsc,       400003",
        "f390,           pause,                 400002",
    })
    void callsTheHookWithRipPastTheInstruction(String code, String call, String rip) {
        try (TestGuest guest = guest()) {
            guest.code(code);
            guest.cpu.setGpr(Gpr.RAX, 0x10);
            guest.cpu.setGpr(Gpr.RCX, 0x20);
            guest.cpu.setGpr(Gpr.RDX, 0x30);
            guest.cpu.setGpr(Gpr.RBX, TestGuest.DATA);
            assertThat(guest.cpu.run(1)).isEqualTo(1);
            assertThat(guest.lastCall()).isEqualTo(call.replace("rdtscp is ", ""));
            assertThat(Long.toHexString(guest.cpu.rip())).isEqualTo(rip);
        }
    }

    @Test
    void putsRipBackWhenAHookRefuses() {
        try (TestGuest guest = guest()) {
            guest.env.refuseWith = Vector.GP;
            guest.code("90 0f32");
            guest.cpu.run(2);
            assertThat(guest.lastCall()).isEqualTo("exception 13 0 0 at 400001");
        }
    }

    @Test
    void takesTheForcedEmulationPrefixForUd2WhereAnythingElseFollows() {
        try (TestGuest guest = guest()) {
            guest.code("0f0b78656e0f31");
            guest.cpu.run(1);
            assertThat(guest.lastCall()).startsWith("exception 6");
        }
    }

    @Test
    void leavesRcxAndR11AsSyscallDoes() {
        try (TestGuest guest = guest()) {
            guest.code("31c0 0f05");
            guest.cpu.run(2);
            assertThat(guest.cpu.gpr(Gpr.RCX)).isEqualTo(TestGuest.CODE + 4);
            assertThat(guest.cpu.gpr(Gpr.R11)).isEqualTo(0x246);
        }
    }

    @Test
    void trapsAfterOneInstructionWhileTfIsSet() {
        try (TestGuest guest = guest()) {
            guest.code("ffc0 ffc0 f4");
            guest.cpu.setRflags(0x302);
            assertThat(guest.cpu.run(100)).isEqualTo(1);
            assertThat(guest.lastCall()).isEqualTo("exception 1 ffffffff 0 at 400002");
        }
    }
}
