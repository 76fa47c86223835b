package dev.xenolith.engine.hypercall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.GuestFault;
import dev.xenolith.engine.cpu.Rflags;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.GuestReturn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrapsTest {

    private static final long HANDLER = 0x100800;
    private static final long STACK = 0x210000;
    private static final long KERNEL_STACK = 0x220008;
    private static final int MASKS = 4;

    private final TinyGuest guest = new TinyGuest();
    private final Cpu cpu = guest.vcpu().cpu();

    @BeforeEach
    void inKernel() {
        cpu.setGpr(Gpr.RSP, STACK);
        cpu.setGpr(Gpr.RCX, 0xc0);
        cpu.setGpr(Gpr.R11, 0x11);
        cpu.setRip(0x100123);
        guest.vcpu().maskUpcalls(false);
        guest.call(HypercallNumber.STACK_SWITCH, 0xe02b, KERNEL_STACK);
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private void handler(int vector, int flags) {
        guest.memory().writeLong(TinyGuest.SCRATCH, vector | flags << 8 | 0xe030L << 16);
        guest.memory().writeLong(TinyGuest.SCRATCH + 8, HANDLER);
        guest.memory().writeLong(TinyGuest.SCRATCH + 24, 0);
        assertThat(guest.call(HypercallNumber.SET_TRAP_TABLE, TinyGuest.SCRATCH))
                .isZero();
    }

    private long stack(int index) {
        return guest.memory().readLong(cpu.gpr(Gpr.RSP) + 8L * index);
    }

    /** The guest in user mode, on the kernel's own page tables: only the mode matters here. */
    private void goToUserMode() {
        guest.vcpu().toggleMode();
        cpu.setSelector(Sreg.CS, 0xe033);
    }

    @Test
    void pushesXensFrameFromTheKernel() {
        handler(Vector.GP, 0);
        Traps.exception(guest.vcpu(), Vector.GP, 0x18, 0);
        assertThat(cpu.rip()).isEqualTo(HANDLER);
        assertThat(cpu.gpr(Gpr.RSP)).isEqualTo(STACK - 64);
        assertThat(stack(0)).as("rcx").isEqualTo(0xc0);
        assertThat(stack(1)).as("r11").isEqualTo(0x11);
        assertThat(stack(2)).as("error code").isEqualTo(0x18);
        assertThat(stack(3)).as("rip").isEqualTo(0x100123);
        assertThat(stack(4)).as("cs of the kernel, RPL 0").isEqualTo(0xe030);
        assertThat(stack(5) & Rflags.IF).as("upcalls were not masked").isNotZero();
        assertThat(stack(6)).as("rsp").isEqualTo(STACK);
        assertThat(stack(7)).as("ss").isEqualTo(0xe02b);
        assertThat(guest.vcpu().upcallsMasked()).isFalse();
    }

    @Test
    void savesTheUpcallMaskAboveTheSelector() {
        handler(Vector.UD, MASKS);
        guest.vcpu().maskUpcalls(true);
        Traps.exception(guest.vcpu(), Vector.UD, -1, 0);
        assertThat(stack(3)).isEqualTo(0xe030 | 1L << 32);
        assertThat(stack(4) & Rflags.IF).isZero();
    }

    @Test
    void masksUpcallsWhereTheHandlerAsks() {
        handler(Vector.UD, MASKS);
        Traps.exception(guest.vcpu(), Vector.UD, -1, 0);
        assertThat(guest.vcpu().upcallsMasked()).isTrue();
    }

    @Test
    void changesToTheKernelStackFromUserMode() {
        handler(Vector.DE, 0);
        goToUserMode();
        cpu.setGsBase(0x7000);
        Traps.exception(guest.vcpu(), Vector.DE, -1, 0);
        assertThat(cpu.kernelMode()).isTrue();
        assertThat(cpu.kernelGsBase()).isEqualTo(0x7000);
        assertThat(cpu.gpr(Gpr.RSP)).isEqualTo((KERNEL_STACK & ~15L) - 56);
        assertThat(stack(3)).as("cs of user mode").isEqualTo(0xe033);
        assertThat(stack(5)).as("rsp of user mode").isEqualTo(STACK);
    }

    @Test
    void tellsAPageFaultsAddressAndMode() {
        handler(Vector.PF, 0);
        Traps.exception(guest.vcpu(), Vector.PF, 7, 0x1234_5000);
        assertThat(stack(2)).as("kernel, though at CPL 3").isEqualTo(3);
        assertThat(guest.domain.sharedInfo().getLong(16)).isEqualTo(0x1234_5000);
    }

    @Test
    void endsADomainWithoutAHandler() {
        Traps.exception(guest.vcpu(), Vector.PF, 2, 0x10);
        assertThat(guest.domain.lifecycle().state()).isEqualTo(DomainState.CRASHED);
        assertThat(guest.domain.lifecycle().stage().crashReason()).isEqualTo(CrashReason.TRIPLE_FAULT);
        assertThat(guest.domain.lifecycle().stage().detail()).contains("no handler for vector 14");
    }

    @Test
    void endsADomainWhoseKernelStackIsGone() {
        handler(Vector.UD, 0);
        cpu.setGpr(Gpr.RSP, TinyGuest.WILD);
        Traps.exception(guest.vcpu(), Vector.UD, -1, 0);
        assertThat(guest.domain.lifecycle().stage().detail()).contains("kernel stack not writable");
    }

    @Test
    void endsADomainWhoseKernelStackIsXens() {
        handler(Vector.UD, 0);
        cpu.setGpr(Gpr.RSP, 0xffff_8000_0000_1000L);
        Traps.exception(guest.vcpu(), Vector.UD, -1, 0);
        assertThat(guest.domain.lifecycle().stage().detail()).contains("inside Xen's address range");
    }

    @Test
    void letsSoftwareRaiseOnlyWhatTheTableAllows() {
        handler(0x80, 3);
        goToUserMode();
        Traps.softwareInterrupt(guest.vcpu(), 0x80);
        assertThat(cpu.rip()).isEqualTo(HANDLER);
        handler(0x81, 0);
        goToUserMode();
        assertThatThrownBy(() -> Traps.softwareInterrupt(guest.vcpu(), 0x81))
                .isInstanceOfSatisfying(GuestFault.class, fault -> {
                    assertThat(fault.vector()).isEqualTo(Vector.GP);
                    assertThat(fault.errorCode()).isEqualTo(0x81 << 3 | 2);
                });
    }

    @Test
    void clearsTheTaskSwitchedFlagOnItsException() {
        handler(Vector.NM, 0);
        guest.call(HypercallNumber.FPU_TASKSWITCH, 1);
        Traps.exception(guest.vcpu(), Vector.NM, -1, 0);
        assertThat(cpu.taskSwitched()).isFalse();
    }

    @Test
    void entersTheKernelBySyscallFromUserMode() {
        guest.call(HypercallNumber.CALLBACK_OP, 0, guest.struct(2 | 1L << 16, HANDLER));
        goToUserMode();
        cpu.setRflags(cpu.rflags() | Rflags.DF);
        Traps.syscallFromUser(guest.vcpu());
        assertThat(cpu.rip()).isEqualTo(HANDLER);
        assertThat(stack(0)).as("rcx, as syscall leaves it").isEqualTo(0x100123);
        assertThat(stack(4) & Rflags.DF).isNotZero();
        assertThat(cpu.rflags() & Rflags.DF).isZero();
        assertThat(guest.vcpu().upcallsMasked()).isTrue();
    }

    @Test
    void takesSyscallWithoutACallbackForAnUndefinedInstruction() {
        goToUserMode();
        assertThatThrownBy(() -> Traps.syscallFromUser(guest.vcpu()))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.vector()).isEqualTo(Vector.UD));
    }

    @Test
    void returnsByIretToWhereTheTrapCameFrom() {
        handler(Vector.UD, MASKS);
        Traps.exception(guest.vcpu(), Vector.UD, -1, 0);
        long frame = cpu.gpr(Gpr.RSP);
        // rax, r11, rcx, flags below what the trap left: the kernel pops rcx and r11 and pushes them in iret's order.
        long iret = frame - 16;
        guest.memory().writeLong(iret, 0xaa);
        guest.memory().writeLong(iret + 8, 0x11);
        guest.memory().writeLong(iret + 16, 0xc0);
        guest.memory().writeLong(iret + 24, 0);
        for (int i = 0; i < 5; i++) {
            guest.memory().writeLong(iret + 32 + 8L * i, guest.memory().readLong(frame + 16 + 8L * i));
        }
        cpu.setGpr(Gpr.RSP, iret);
        assertThat(GuestReturn.iret(guest.vcpu())).isEqualTo(0xaa);
        assertThat(cpu.rip()).isEqualTo(0x100123);
        assertThat(cpu.gpr(Gpr.RSP)).isEqualTo(STACK);
        assertThat(cpu.gpr(Gpr.RCX)).isEqualTo(0xc0);
        assertThat(cpu.kernelMode()).isTrue();
        assertThat(cpu.selector(Sreg.CS)).isEqualTo(0xe033);
        assertThat(guest.vcpu().upcallsMasked()).isFalse();
    }

    @Test
    void endsADomainThatReturnsToUserModeWithoutUserTables() {
        guest.memory().writeLong(STACK + 40, 0xe033);
        GuestReturn.iret(guest.vcpu());
        assertThat(guest.domain.lifecycle().stage().detail()).contains("without user page tables");
    }

    @Test
    void refusesHandlersThatAreNotCanonical() {
        guest.struct(0x0d, 1L << 47, 0, 0);
        assertThat(guest.call(HypercallNumber.SET_TRAP_TABLE, TinyGuest.SCRATCH))
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.CALLBACK_OP, 0, guest.struct(0, 1L << 47)))
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.CALLBACK_OP, 0, guest.struct(9, HANDLER)))
                .isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void deliversAnUpcallOnceItIsNotMasked() {
        guest.call(HypercallNumber.SET_CALLBACKS, HANDLER, 0, 0);
        guest.domain.sharedInfo().putByte(0, 1);
        guest.vcpu().maskUpcalls(true);
        guest.vcpu().deliverUpcall();
        assertThat(cpu.rip()).isEqualTo(0x100123);
        guest.vcpu().maskUpcalls(false);
        guest.vcpu().deliverUpcall();
        assertThat(cpu.rip()).isEqualTo(HANDLER);
        assertThat(guest.vcpu().upcallsMasked()).isTrue();
    }
}
