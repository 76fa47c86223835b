package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.domain.GuestReturn;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.GuestAccessFault;
import dev.xenolith.engine.mmu.PvMmu;

/** From a number to its handler. One for each domain; called by its vcpus, one at a time. */
public final class Hypercalls {

    private static final int HVM_SET_PARAM = 0;
    private static final int HVM_GET_PARAM = 1;

    private final GuestDomain domain;
    private final PvMmu mmu;
    private final Multicall multicall = new Multicall(this);
    private final VersionCalls version;
    private final EventChannelCalls events;
    private final SchedCalls sched;
    private final GrantCalls grants;
    private final CallCounts counts = new CallCounts();

    Hypercalls(GuestDomain domain, GrantCalls grants) {
        this.domain = domain;
        this.mmu = new PvMmu(domain.memory());
        mmu.setPreemptible(true);
        this.version = new VersionCalls(domain);
        this.events = new EventChannelCalls(domain.events());
        this.sched = new SchedCalls(domain);
        this.grants = grants;
    }

    PvMmu mmu() {
        return mmu;
    }

    CallCounts counts() {
        return counts;
    }

    /** Answers 0, a value or -errno; for iret, what rax becomes. */
    long call(Vcpu vcpu, long number, long a1, long a2, long a3, long a4) {
        counts.count(number);
        try {
            return dispatch(vcpu, number, a1, a2, a3, a4);
        } catch (GuestAccessFault e) {
            return -Errno.EFAULT;
        }
    }

    private long dispatch(Vcpu vcpu, long number, long a1, long a2, long a3, long a4) {
        if (number < 0 || number > HypercallNumber.HYPFS_OP) {
            return unknown(number);
        }
        return switch ((int) number) {
            case HypercallNumber.MMU_UPDATE -> mmu.mmuUpdate(vcpu.mmu(), a1, (int) a2, a3, (int) a4);
            case HypercallNumber.MMUEXT_OP -> mmu.mmuextOp(vcpu.mmu(), a1, (int) a2, a3, (int) a4);
            case HypercallNumber.UPDATE_VA_MAPPING -> mmu.updateVaMapping(vcpu.mmu(), a1, a2, a3);
            case HypercallNumber.IRET -> GuestReturn.iret(vcpu);
            case HypercallNumber.MULTICALL -> multicall.call(vcpu, a1, (int) a2);
            case HypercallNumber.SCHED_OP -> sched.call(vcpu, (int) a1, a2);
            case HypercallNumber.EVENT_CHANNEL_OP -> events.call(vcpu, (int) a1, a2);
            case HypercallNumber.VCPU_OP -> VcpuCalls.call(vcpu, (int) a1, a2, a3);
            case HypercallNumber.FPU_TASKSWITCH -> CpuStateCalls.fpuTaskswitch(vcpu, (int) a1);
            case HypercallNumber.STACK_SWITCH -> CpuStateCalls.stackSwitch(vcpu, a1, a2);
            case HypercallNumber.SET_SEGMENT_BASE -> CpuStateCalls.setSegmentBase(vcpu, (int) a1, a2);
            case HypercallNumber.SET_TIMER_OP -> sched.setTimer(vcpu, a1);
            case HypercallNumber.GRANT_TABLE_OP -> grants.call(vcpu, (int) a1, a2, (int) a3);
            default -> dispatchRare(vcpu, (int) number, a1, a2, a3, a4);
        };
    }

    private long dispatchRare(Vcpu vcpu, int number, long a1, long a2, long a3, long a4) {
        return switch (number) {
            case HypercallNumber.SET_TRAP_TABLE -> TrapCalls.setTrapTable(vcpu, a1);
            case HypercallNumber.SET_CALLBACKS -> TrapCalls.setCallbacks(vcpu, a1, a2, a3);
            case HypercallNumber.CALLBACK_OP -> TrapCalls.callbackOp(vcpu, (int) a1, a2);
            case HypercallNumber.NMI_OP -> TrapCalls.nmiOp(vcpu, (int) a1, a2);
            case HypercallNumber.SET_GDT -> mmu.setGdt(vcpu.mmu(), a1, (int) a2);
            case HypercallNumber.UPDATE_DESCRIPTOR -> mmu.updateDescriptor(vcpu.mmu(), a1, a2);
            case HypercallNumber.UPDATE_VA_MAPPING_OTHERDOMAIN ->
                mmu.updateVaMappingOtherDomain(vcpu.mmu(), a1, a2, a3, (int) a4);
            case HypercallNumber.MEMORY_OP -> mmu.memoryOp(vcpu.mmu(), a1, a2);
            case HypercallNumber.SET_DEBUGREG -> CpuStateCalls.setDebugRegister(vcpu, (int) a1, a2);
            case HypercallNumber.GET_DEBUGREG -> CpuStateCalls.getDebugRegister(vcpu, (int) a1);
            case HypercallNumber.XEN_VERSION -> version.call(vcpu, (int) a1, a2);
            case HypercallNumber.CONSOLE_IO -> EmergencyConsole.call(vcpu, (int) a1, (int) a2, a3);
            case HypercallNumber.VM_ASSIST -> VmAssistCall.call(domain, (int) a1, a2);
            case HypercallNumber.PHYSDEV_OP -> PhysdevCalls.call(vcpu, (int) a1, a2);
            case HypercallNumber.SCHED_OP_COMPAT -> sched.compat(vcpu, (int) a1, a2);
            case HypercallNumber.EVENT_CHANNEL_OP_COMPAT -> events.compat(vcpu, a1);
            case HypercallNumber.PHYSDEV_OP_COMPAT -> PhysdevCalls.compat(vcpu, a1);
            default -> refuse(vcpu, number, a1, a2);
        };
    }

    /** What exists in Xen but not for a domain like this one. */
    private long refuse(Vcpu vcpu, int number, long a1, long a2) {
        return switch (number) {
            case HypercallNumber.PLATFORM_OP, HypercallNumber.SYSCTL, HypercallNumber.DOMCTL -> {
                // Xen reads the argument before it asks who calls.
                vcpu.guest().access().readInt(a1);
                yield -Errno.EPERM;
            }
            case HypercallNumber.KEXEC_OP -> -Errno.EPERM;
            case HypercallNumber.HVM_OP -> hvmOp(vcpu, (int) a1, a2);
            // With vpmu off, as it is by default.
            case HypercallNumber.XENPMU_OP -> -Errno.EOPNOTSUPP;
            default -> unknown(number);
        };
    }

    /** Parameters are of HVM domains only; nothing else is for a domain like this one at all. */
    private static long hvmOp(Vcpu vcpu, int command, long argument) {
        if (command != HVM_SET_PARAM && command != HVM_GET_PARAM) {
            return -Errno.ENOSYS;
        }
        vcpu.guest().access().readInt(argument);
        return -Errno.EINVAL;
    }

    private long unknown(long number) {
        counts.unknown(number);
        return -Errno.ENOSYS;
    }
}
