package dev.xenolith.engine.hypercall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.abi.SchedOp;
import dev.xenolith.engine.abi.VcpuOp;
import dev.xenolith.engine.sched.VcpuTimers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedCallsTest {

    private final TinyGuest guest = new TinyGuest(2, new byte[] {(byte) 0xeb, (byte) 0xfe});

    @AfterEach
    void close() {
        guest.close();
    }

    private long sched(int command, long argument) {
        return guest.call(HypercallNumber.SCHED_OP, command, argument);
    }

    @Test
    void stopsTheDomainForItsReason() {
        assertThat(sched(SchedOp.SHUTDOWN, guest.struct(SchedOp.REBOOT))).isZero();
        assertThat(guest.domain.lifecycle().state()).isEqualTo(DomainState.SHUTDOWN);
        assertThat(guest.domain.lifecycle().stage().shutdownReason()).isEqualTo(ShutdownReason.REBOOT);
    }

    @Test
    void suspendsApartFromShuttingDown() {
        sched(SchedOp.SHUTDOWN, guest.struct(SchedOp.SUSPEND));
        assertThat(guest.domain.lifecycle().state()).isEqualTo(DomainState.SUSPENDED);
    }

    @Test
    void callsAnUnknownReasonACrash() {
        sched(SchedOp.SHUTDOWN, guest.struct(77));
        assertThat(guest.domain.lifecycle().stage().crashReason()).isEqualTo(CrashReason.GUEST_PANIC);
    }

    @Test
    void keepsTheReasonGivenBefore() {
        sched(SchedOp.SHUTDOWN_CODE, guest.struct(SchedOp.REBOOT));
        sched(SchedOp.SHUTDOWN, guest.struct(SchedOp.POWEROFF));
        assertThat(guest.domain.lifecycle().stage().shutdownReason()).isEqualTo(ShutdownReason.REBOOT);
    }

    @Test
    void tellsOfItOnceTheSliceIsOver() {
        sched(SchedOp.SHUTDOWN, guest.struct(SchedOp.POWEROFF));
        assertThat(guest.events).isEmpty();
        guest.domain.rounds().turn();
        guest.domain.lifecycle().run();
        guest.domain.shutdown(ShutdownReason.POWEROFF);
        guest.domain.rounds().runInstructions(1);
        assertThat(guest.events).allMatch(event -> event instanceof EngineEvent.GuestShutdown);
    }

    @Test
    void takesTheReasonByValueInTheOldForm() {
        assertThat(guest.call(HypercallNumber.SCHED_OP_COMPAT, SchedOp.SHUTDOWN, SchedOp.POWEROFF))
                .isZero();
        assertThat(guest.domain.lifecycle().stage().shutdownReason()).isEqualTo(ShutdownReason.POWEROFF);
        assertThat(guest.call(HypercallNumber.SCHED_OP_COMPAT, SchedOp.POLL, 0)).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void blocksUntilAnEvent() {
        assertThat(sched(SchedOp.BLOCK, 0)).isZero();
        assertThat(guest.vcpu().isBlocked()).isTrue();
        assertThat(guest.vcpu().upcallsMasked()).isFalse();
    }

    @Test
    void doesNotBlockOverAPendingUpcall() {
        guest.domain.sharedInfo().putByte(0, 1);
        sched(SchedOp.BLOCK, 0);
        assertThat(guest.vcpu().isBlocked()).isFalse();
    }

    @Test
    void refusesAPollOfTooManyPorts() {
        assertThat(sched(SchedOp.POLL, guest.struct(TinyGuest.SCRATCH, 129, 0))).isEqualTo(-Errno.EINVAL);
        assertThat(sched(SchedOp.POLL, guest.struct(TinyGuest.WILD, 1, 0))).isEqualTo(-Errno.EFAULT);
        assertThat(guest.vcpu().isBlocked()).isFalse();
    }

    @Test
    void sleepsInAPollUntilItsTimeout() {
        assertThat(sched(SchedOp.POLL, guest.struct(TinyGuest.SCRATCH, 0, 5_000)))
                .isZero();
        assertThat(guest.vcpu().isBlocked()).isTrue();
        assertThat(guest.vcpu().timers().next()).isEqualTo(5_000);
        guest.domain.rounds().turn();
        guest.domain.rounds().turn();
        assertThat(guest.vcpu().isBlocked()).isFalse();
    }

    @Test
    void shutsDownWhenAWatchdogIsNotPetted() {
        assertThat(sched(SchedOp.WATCHDOG, guest.struct(1L << 32))).isEqualTo(1);
        assertThat(sched(SchedOp.WATCHDOG, guest.struct(1L << 32))).isEqualTo(2);
        assertThat(sched(SchedOp.WATCHDOG, guest.struct(1L << 32))).isEqualTo(-Errno.ENOSPC);
        assertThat(sched(SchedOp.WATCHDOG, guest.struct(9 | 1L << 32))).isEqualTo(-Errno.EINVAL);
        guest.domain.clock().skipTo(1_000_000_000L);
        guest.domain.rounds().turn();
        assertThat(guest.domain.lifecycle().stage().shutdownReason()).isEqualTo(ShutdownReason.WATCHDOG);
    }

    @Test
    void givesAWrappedTimeoutAnEventAfterAWhile() {
        guest.call(HypercallNumber.SET_TIMER_OP, -5);
        assertThat(guest.vcpu().timers().next()).isEqualTo(100_000_000);
        guest.call(HypercallNumber.SET_TIMER_OP, 7_000);
        assertThat(guest.vcpu().timers().next()).isEqualTo(7_000);
        guest.call(HypercallNumber.SET_TIMER_OP, 0);
        assertThat(guest.vcpu().timers().next()).isEqualTo(VcpuTimers.OFF);
    }

    @Test
    void setsASingleshotTimerOfTheCallerOnly() {
        guest.domain.clock().skipTo(1_000);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.SET_SINGLESHOT_TIMER, 0, guest.struct(2_000, 0)))
                .isZero();
        assertThat(guest.vcpu().timers().next()).isEqualTo(2_000);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.SET_SINGLESHOT_TIMER, 1, guest.struct(2_000, 0)))
                .isEqualTo(-Errno.EINVAL);
    }

    @Test
    void treatsAPastDeadlineAsAskedFor() {
        guest.domain.clock().skipTo(1_000);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.SET_SINGLESHOT_TIMER, 0, guest.struct(500, 1)))
                .isEqualTo(-Errno.ETIME);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.SET_SINGLESHOT_TIMER, 0, guest.struct(500, 0)))
                .isZero();
        assertThat(guest.vcpu().timers().next()).isEqualTo(VcpuTimers.OFF);
    }

    @Test
    void bringsUpOnlyAnInitialisedVcpu() {
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.IS_UP, 0)).isEqualTo(1);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.IS_UP, 1)).isZero();
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.IS_UP, 2)).isEqualTo(-Errno.ENOENT);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.UP, 1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void powersOffWithItsLastVcpu() {
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.DOWN, 0)).isZero();
        assertThat(guest.domain.lifecycle().stage().shutdownReason()).isEqualTo(ShutdownReason.POWEROFF);
    }

    @Test
    void movesVcpuInfoOnceAndMarksEverythingPending() {
        long pfn = 0x300;
        long mfn = guest.domain.memory().view().guestMfnOf(mfnOf(pfn));
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.REGISTER_VCPU_INFO, 0, guest.struct(mfn, 4090)))
                .isEqualTo(-Errno.ENXIO);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.REGISTER_VCPU_INFO, 0, guest.struct(1L << 40, 64)))
                .isEqualTo(-Errno.EINVAL);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.REGISTER_VCPU_INFO, 0, guest.struct(mfn, 64)))
                .isZero();
        assertThat(guest.memory().readByte((pfn << 12) + 64)).isEqualTo((byte) 1);
        assertThat(guest.memory().readByte((pfn << 12) + 65)).as("still masked").isEqualTo((byte) 1);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.REGISTER_VCPU_INFO, 0, guest.struct(mfn, 128)))
                .isEqualTo(-Errno.EBUSY);
        assertThat(guest.domain.memory().checkInvariants()).isEmpty();
    }

    private int mfnOf(long pfn) {
        int[] found = {-1};
        guest.domain.machine().forEachFrame(guest.domain.memory().owner(), mfn -> {
            if (guest.domain.memory().m2p().get(mfn) == pfn) {
                found[0] = mfn;
            }
        });
        return found[0];
    }

    @Test
    void writesTheRunstateWhereTheGuestWantsIt() {
        guest.domain.clock().skipTo(400);
        assertThat(guest.call(
                        HypercallNumber.VCPU_OP,
                        VcpuOp.REGISTER_RUNSTATE_MEMORY_AREA,
                        0,
                        guest.struct(TinyGuest.SCRATCH + 256)))
                .isZero();
        assertThat(guest.memory().readInt(TinyGuest.SCRATCH + 256)).isEqualTo(1);
        assertThat(guest.call(HypercallNumber.VCPU_OP, VcpuOp.REGISTER_RUNSTATE_MEMORY_AREA, 0, guest.struct(1L << 63)))
                .isEqualTo(-Errno.EFAULT);
    }
}
