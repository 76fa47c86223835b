package dev.xenolith.engine.hypercall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.GuestFault;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.Vcpu;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What privileged instructions do for a PV kernel, and that they do nothing for its users. */
class PrivilegedTest {

    private static final int GS_BASE = 0xc0000101;

    private final TinyGuest guest = new TinyGuest();
    private final Cpu cpu = guest.vcpu().cpu();
    private final PvEnvironment environment = new PvEnvironment(guest.vcpu(), guest.calls);

    @AfterEach
    void close() {
        guest.close();
    }

    private static void faults(int vector, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.vector()).isEqualTo(vector));
    }

    @Test
    void keepsSegmentBasesAndRefusesAddressesThatAreNone() {
        environment.writeMsr(cpu, GS_BASE, 0xffff888000001000L);
        assertThat(cpu.gsBase()).isEqualTo(0xffff888000001000L);
        assertThat(environment.readMsr(cpu, GS_BASE)).isEqualTo(0xffff888000001000L);
        faults(Vector.GP, () -> environment.writeMsr(cpu, GS_BASE, 1L << 47));
    }

    @Test
    void answersTheRegistersThatLinuxReads() {
        assertThat(environment.readMsr(cpu, 0x1b)).isEqualTo(0xfee00900L);
        assertThat(environment.readMsr(cpu, 0x277)).isEqualTo(0x0000050100070406L);
        assertThat(environment.readMsr(cpu, 0x179)).isEqualTo(2);
        assertThat(environment.readMsr(cpu, 0xc0000080)).isEqualTo(0xd01);
        assertThat(environment.readMsr(cpu, 0x400)).isEqualTo(-1);
        assertThat(environment.readMsr(cpu, 0x401)).isZero();
    }

    @Test
    void refusesRegistersThatDoNotExist() {
        faults(Vector.GP, () -> environment.readMsr(cpu, 0xc0010055));
        faults(Vector.GP, () -> environment.readMsr(cpu, 0x12345));
        faults(Vector.GP, () -> environment.writeMsr(cpu, 0xc0000080, 0));
        faults(Vector.GP, () -> environment.writeMsr(cpu, 0x401, 1));
        faults(Vector.GP, () -> environment.readMsr(cpu, 0x408));
    }

    @Test
    void letsUserModeDoNothingPrivileged() {
        guest.vcpu().toggleMode();
        faults(Vector.GP, () -> environment.readMsr(cpu, GS_BASE));
        faults(Vector.GP, () -> environment.writeMsr(cpu, GS_BASE, 0));
        faults(Vector.GP, () -> environment.readCr(cpu, 3));
        faults(Vector.GP, () -> environment.clts(cpu));
        faults(Vector.GP, () -> environment.in(cpu, 0x60, 1));
        faults(Vector.GP, () -> environment.cli(cpu));
    }

    @Test
    void haltsAndInvalidatesForNobody() {
        faults(Vector.GP, () -> environment.hlt(cpu));
        faults(Vector.GP, () -> environment.invlpg(cpu, 0));
    }

    @Test
    void showsControlRegistersAndTakesWhatIsTheGuests() {
        assertThat(environment.readCr(cpu, 0)).isEqualTo(Vcpu.CR0);
        environment.writeCr(cpu, 0, Vcpu.CR0 | Vcpu.CR0_TS);
        assertThat(cpu.taskSwitched()).isTrue();
        faults(Vector.GP, () -> environment.writeCr(cpu, 0, Vcpu.CR0 & ~1L));
        environment.writeCr(cpu, 4, -1);
        assertThat(environment.readCr(cpu, 4)).isEqualTo(0x66c);
        assertThat(environment.readCr(cpu, 3)).isEqualTo(guest.vcpu().mmu().kernelGuestMfn() << 12);
        faults(Vector.GP, () -> environment.writeCr(cpu, 3, 0x7fff_f000L));
        faults(Vector.GP, () -> environment.readCr(cpu, 8));
    }

    @Test
    void keepsDebugRegistersWithinXensRules() {
        assertThat(guest.call(HypercallNumber.SET_DEBUGREG, 0, 0x1234)).isZero();
        assertThat(guest.call(HypercallNumber.GET_DEBUGREG, 0)).isEqualTo(0x1234);
        assertThat(guest.call(HypercallNumber.SET_DEBUGREG, 0, 0xffff_8000_0000_0000L))
                .isEqualTo(-Errno.EPERM);
        assertThat(guest.call(HypercallNumber.SET_DEBUGREG, 7, 1 << 13)).isEqualTo(-Errno.EPERM);
        assertThat(guest.call(HypercallNumber.SET_DEBUGREG, 6, 1L << 32)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.GET_DEBUGREG, 8)).isEqualTo(-Errno.ENODEV);
        environment.writeCr(cpu, 4, 8);
        faults(Vector.UD, () -> environment.readDr(cpu, 4));
    }

    @Test
    void opensPortsByIoplOrBitmapOnly() {
        faults(Vector.GP, () -> environment.in(cpu, 0x42, 1));
        guest.call(HypercallNumber.PHYSDEV_OP, 6, guest.struct(1));
        assertThat(environment.in(cpu, 0x42, 1)).isZero();
        assertThat(environment.in(cpu, 0x60, 1)).isEqualTo(0xff);
        assertThat(environment.in(cpu, 0x61, 2)).isEqualTo(0xffff);
        assertThat(environment.in(cpu, 0x42, 4)).isEqualTo(0xffffff00);
        guest.call(HypercallNumber.PHYSDEV_OP, 6, guest.struct(0));
        guest.memory().writeLong(TinyGuest.SCRATCH + 64, -1L & ~(1L << 8));
        guest.call(HypercallNumber.PHYSDEV_OP, 7, guest.struct(TinyGuest.SCRATCH + 64, 64));
        assertThat(environment.in(cpu, 8, 1)).isEqualTo(0xff);
        faults(Vector.GP, () -> environment.in(cpu, 8, 2));
        faults(Vector.GP, () -> environment.in(cpu, 9, 1));
    }

    @Test
    void identifiesItselfAlikeHoweverItIsAsked() {
        CpuidPolicy.Leaf vendor = CpuidPolicy.leaf(guest.domain, 0, 0);
        assertThat(vendor.a()).isEqualTo(0xd);
        assertThat(vendor.b()).isEqualTo(0x68747541);
        CpuidPolicy.Leaf features = CpuidPolicy.leaf(guest.domain, 1, 0);
        assertThat(features.c() & 1).as("SSE3").isNotZero();
        assertThat(features.c() & 1 << 3).as("MONITOR").isZero();
        assertThat(features.c() & 1 << 9).as("SSSE3").isZero();
        assertThat(features.c() & 1 << 13).as("CMPXCHG16B").isNotZero();
        assertThat(features.c() & 1 << 27).as("OSXSAVE").isZero();
        assertThat(features.d() & 1 << 26).as("SSE2").isNotZero();
        assertThat(CpuidPolicy.leaf(guest.domain, 0x40000000, 0).a()).isEqualTo(0x40000005);
        assertThat(CpuidPolicy.leaf(guest.domain, 0x40000100, 0)).isEqualTo(CpuidPolicy.Leaf.NONE);
        assertThat(CpuidPolicy.leaf(guest.domain, 0x4000ff00, 0)).isEqualTo(CpuidPolicy.Leaf.NONE);
        assertThat(CpuidPolicy.leaf(guest.domain, 0x40000003, 0).c()).isEqualTo(1_000_000);
        assertThat(CpuidPolicy.leaf(guest.domain, 0x80000002, 0).a()).isEqualTo(0x6f6e6558);
        assertThat(CpuidPolicy.leaf(guest.domain, 0xe, 0)).isEqualTo(CpuidPolicy.Leaf.NONE);
    }

    @Test
    void setsTheUsersSegmentFromTheKernel() {
        guest.call(HypercallNumber.SET_SEGMENT_BASE, 1, 0x7f00);
        assertThat(cpu.kernelGsBase()).isEqualTo(0x7f00);
        guest.call(HypercallNumber.SET_SEGMENT_BASE, 3, 0x53);
        assertThat(cpu.selector(Sreg.GS)).as("no such descriptor").isZero();
        guest.call(HypercallNumber.SET_SEGMENT_BASE, 3, 0xe02b);
        assertThat(cpu.selector(Sreg.GS)).isEqualTo(0xe02b);
        assertThat(cpu.kernelGsBase()).isZero();
        assertThat(guest.call(HypercallNumber.SET_SEGMENT_BASE, 0, 1L << 47)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.SET_SEGMENT_BASE, 4, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void fillsAHypercallPageThroughItsRegister() {
        long mfn = guest.domain.memory().view().guestMfnOf(guest.domain.sharedInfoMfn());
        environment.writeMsr(cpu, 0x40000000, mfn << 12);
        assertThat(guest.domain.sharedInfo().getInt(3)).isEqualTo(0x000000b8);
        faults(Vector.GP, () -> environment.writeMsr(cpu, 0x40000000, (mfn << 12) + 1));
        faults(Vector.GP, () -> environment.writeMsr(cpu, 0x40000000, 0x7fff_f000L));
    }
}
