package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.abi.VcpuOp;
import dev.xenolith.engine.abi.Virq;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.domain.VcpuContext;
import dev.xenolith.engine.mmu.GuestAccess;

/** vcpu_op ({@code common_vcpu_op} in {@code xen/common/domain.c}). */
final class VcpuCalls {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Xen's {@code STIME_DELTA_MAX}. */
    private static final long MAX_PERIOD = Long.MAX_VALUE >>> 2;

    private VcpuCalls() {}

    static long call(Vcpu caller, int command, long id, long argument) {
        Vcpu vcpu = caller.domain().findVcpu(Integer.toUnsignedLong((int) id));
        if (vcpu == null) {
            return -Errno.ENOENT;
        }
        GuestAccess guest = caller.guest().access();
        return switch (command) {
            case VcpuOp.INITIALISE -> initialise(guest, vcpu, argument);
            case VcpuOp.UP -> up(vcpu);
            case VcpuOp.DOWN -> down(vcpu);
            case VcpuOp.IS_UP -> vcpu.isUp() ? 1 : 0;
            case VcpuOp.GET_RUNSTATE_INFO -> runstateInfo(guest, vcpu, argument);
            case VcpuOp.SET_PERIODIC_TIMER -> setPeriodic(vcpu, guest.readLong(argument));
            case VcpuOp.STOP_PERIODIC_TIMER -> {
                vcpu.timers().setPeriodic(0, 0);
                yield 0;
            }
            case VcpuOp.SET_SINGLESHOT_TIMER -> setSingleshot(caller, vcpu, argument);
            case VcpuOp.STOP_SINGLESHOT_TIMER -> stopSingleshot(caller, vcpu);
            case VcpuOp.REGISTER_VCPU_INFO -> registerInfo(caller, vcpu, argument);
            case VcpuOp.REGISTER_RUNSTATE_MEMORY_AREA -> registerRunstate(vcpu, guest.readLong(argument));
            case VcpuOp.REGISTER_VCPU_TIME_MEMORY_AREA -> registerTime(vcpu, guest.readLong(argument));
            case VcpuOp.SEND_NMI -> sendNmi(vcpu, argument);
            case VcpuOp.GET_PHYSID -> -Errno.EINVAL;
            default -> -Errno.ENOSYS;
        };
    }

    private static long initialise(GuestAccess guest, Vcpu vcpu, long argument) {
        if (!vcpu.info().exists()) {
            return -Errno.EINVAL;
        }
        byte[] context = new byte[VcpuGuestContext.BYTES];
        guest.copyIn(argument, context, 0, context.length);
        return vcpu.isInitialised() ? -Errno.EEXIST : VcpuContext.load(vcpu, context);
    }

    private static long up(Vcpu vcpu) {
        if (!vcpu.isInitialised()) {
            return -Errno.EINVAL;
        }
        vcpu.bringUp();
        return 0;
    }

    /** The last vcpu that goes down powers the domain off. */
    private static long down(Vcpu vcpu) {
        GuestDomain domain = vcpu.domain();
        boolean last = domain.vcpus().stream().noneMatch(other -> other != vcpu && other.isUp());
        if (last) {
            domain.shutdown(ShutdownReason.POWEROFF);
        } else {
            vcpu.takeDown();
        }
        return 0;
    }

    private static long runstateInfo(GuestAccess guest, Vcpu vcpu, long argument) {
        byte[] bytes = vcpu.runstateArea().encode(vcpu.domain().now());
        guest.copyOut(argument, bytes, 0, bytes.length);
        return 0;
    }

    private static long setPeriodic(Vcpu vcpu, long period) {
        if (period < NANOS_PER_MILLI || period > MAX_PERIOD) {
            return -Errno.EINVAL;
        }
        vcpu.timers().setPeriodic(period, vcpu.domain().now());
        return 0;
    }

    /** A deadline that has passed gives the event at once, unless the guest wants to be told instead. */
    private static long setSingleshot(Vcpu caller, Vcpu vcpu, long argument) {
        if (vcpu != caller) {
            return -Errno.EINVAL;
        }
        GuestAccess guest = caller.guest().access();
        long deadline = guest.readLong(argument + VcpuOp.SINGLESHOT_TIMEOUT);
        int flags = guest.readInt(argument + VcpuOp.SINGLESHOT_FLAGS);
        if (deadline < vcpu.domain().now()) {
            if ((flags & VcpuOp.SINGLESHOT_FUTURE) != 0) {
                return -Errno.ETIME;
            }
            vcpu.timers().stopSingleshot();
            vcpu.domain().events().sendVirq(Virq.TIMER, vcpu.id());
            return 0;
        }
        vcpu.timers().setSingleshot(deadline);
        return 0;
    }

    private static long stopSingleshot(Vcpu caller, Vcpu vcpu) {
        if (vcpu != caller) {
            return -Errno.EINVAL;
        }
        vcpu.timers().stopSingleshot();
        return 0;
    }

    /** Of oneself, or of a vcpu that is down and so does not look at it. */
    private static long registerInfo(Vcpu caller, Vcpu vcpu, long argument) {
        GuestAccess guest = caller.guest().access();
        long mfn = guest.readLong(argument + VcpuOp.VCPU_INFO_MFN);
        int offset = guest.readInt(argument + VcpuOp.VCPU_INFO_OFFSET);
        return vcpu != caller && vcpu.isUp() ? -Errno.EINVAL : vcpu.info().register(mfn, offset);
    }

    private static long registerRunstate(Vcpu vcpu, long va) {
        if (!GuestAccess.isGuestArray(va, 1, VcpuOp.RUNSTATE_BYTES)) {
            return -Errno.EFAULT;
        }
        vcpu.runstateArea().register(va);
        return 0;
    }

    private static long registerTime(Vcpu vcpu, long va) {
        if (!GuestAccess.isGuestArray(va, 1, 32)) {
            return -Errno.EFAULT;
        }
        vcpu.time().register(va);
        return 0;
    }

    private static long sendNmi(Vcpu vcpu, long argument) {
        if (argument != 0) {
            return -Errno.EINVAL;
        }
        vcpu.sendNmi();
        return 0;
    }
}
