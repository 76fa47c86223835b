package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.SchedOp;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.GuestAccess;
import dev.xenolith.engine.sched.Watchdogs;

/** sched_op, its old form, and set_timer_op ({@code xen/common/sched/core.c}). */
final class SchedCalls {

    /** Ports one poll may name; Xen's limit. */
    private static final int MAX_POLL_PORTS = 128;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** A deadline further away than 2^50 ns is a wrapped one; Xen gives an event after a while instead. */
    private static final int HUGE_TIMEOUT_SHIFT = 50;

    private static final long HUGE_TIMEOUT_INSTEAD = 100_000_000;

    private final GuestDomain domain;

    SchedCalls(GuestDomain domain) {
        this.domain = domain;
    }

    long call(Vcpu vcpu, int command, long argument) {
        GuestAccess guest = vcpu.guest().access();
        return switch (command) {
            case SchedOp.YIELD -> yieldSlice(vcpu);
            case SchedOp.BLOCK -> block(vcpu);
            case SchedOp.SHUTDOWN -> shutdown(vcpu, guest.readInt(argument) & 0xff);
            case SchedOp.SHUTDOWN_CODE -> shutdownCode(guest.readInt(argument) & 0xff);
            case SchedOp.POLL -> poll(vcpu, argument);
            case SchedOp.WATCHDOG -> watchdog(guest.readInt(argument), guest.readInt(argument + 4));
            case SchedOp.REMOTE_SHUTDOWN -> remoteShutdown(guest.readShort(argument) & 0xffff);
            case SchedOp.PIN_OVERRIDE -> -Errno.EPERM;
            default -> -Errno.ENOSYS;
        };
    }

    /** The old form passes the shutdown reason by value ({@code do_sched_op_compat}). */
    long compat(Vcpu vcpu, int command, long argument) {
        return switch (command) {
            case SchedOp.YIELD -> yieldSlice(vcpu);
            case SchedOp.BLOCK -> block(vcpu);
            case SchedOp.SHUTDOWN -> shutdown(vcpu, (int) argument & 0xff);
            default -> -Errno.ENOSYS;
        };
    }

    private static long yieldSlice(Vcpu vcpu) {
        vcpu.endSlice();
        return 0;
    }

    private long block(Vcpu vcpu) {
        vcpu.maskUpcalls(false);
        if (!domain.events().upcallDue(vcpu.id())) {
            vcpu.block();
        }
        return 0;
    }

    private long shutdown(Vcpu vcpu, int reason) {
        int effective = domain.shutdownCode() >= 0 ? domain.shutdownCode() : reason;
        switch (effective) {
            case SchedOp.POWEROFF -> domain.shutdown(ShutdownReason.POWEROFF);
            case SchedOp.REBOOT -> domain.shutdown(ShutdownReason.REBOOT);
            case SchedOp.SUSPEND -> domain.suspend(vcpu);
            case SchedOp.WATCHDOG_EXPIRED -> domain.shutdown(ShutdownReason.WATCHDOG);
            case SchedOp.SOFT_RESET -> domain.shutdown(ShutdownReason.SOFT_RESET);
            case SchedOp.CRASH -> domain.crash(CrashReason.GUEST_PANIC, "the guest reported a crash");
            default -> domain.crash(CrashReason.GUEST_PANIC, "the guest shut down for unknown reason " + effective);
        }
        return 0;
    }

    private long shutdownCode(int reason) {
        if (domain.shutdownCode() < 0) {
            domain.setShutdownCode(reason);
        }
        return 0;
    }

    private long remoteShutdown(int domid) {
        return domid == domain.identity().guestDomid() ? -Errno.EPERM : -Errno.ESRCH;
    }

    private long poll(Vcpu vcpu, long argument) {
        GuestAccess guest = vcpu.guest().access();
        long list = guest.readLong(argument + SchedOp.POLL_PORTS);
        int count = guest.readInt(argument + SchedOp.POLL_NR_PORTS);
        long timeout = guest.readLong(argument + SchedOp.POLL_TIMEOUT);
        if (count < 0 || count > MAX_POLL_PORTS) {
            return -Errno.EINVAL;
        }
        if (!GuestAccess.isGuestArray(list, count, 4)) {
            return -Errno.EFAULT;
        }
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            ports[i] = guest.readInt(list + 4L * i);
        }
        int result = domain.events().poll(vcpu.id(), ports);
        if (result <= 0) {
            return result;
        }
        if (timeout != 0) {
            vcpu.timers().setPoll(timeout);
        }
        vcpu.block();
        return 0;
    }

    private long watchdog(int id, int seconds) {
        Watchdogs watchdogs = domain.watchdogs();
        long deadline = domain.now() + Integer.toUnsignedLong(seconds) * NANOS_PER_SECOND;
        if (id == 0) {
            int started = watchdogs.start(deadline);
            return started == 0 ? -Errno.ENOSPC : started;
        }
        if (!watchdogs.isUsed(id)) {
            return -Errno.EINVAL;
        }
        if (seconds == 0) {
            watchdogs.stop(id);
        } else {
            watchdogs.pet(id, deadline);
        }
        return 0;
    }

    long setTimer(Vcpu vcpu, long timeout) {
        long now = domain.now();
        if (timeout == 0) {
            vcpu.timers().stopSingleshot();
        } else if (timeout < 0 || (timeout - now) >> HUGE_TIMEOUT_SHIFT > 0) {
            vcpu.timers().setSingleshot(now + HUGE_TIMEOUT_INSTEAD);
        } else {
            vcpu.timers().setSingleshot(timeout);
        }
        return 0;
    }
}
