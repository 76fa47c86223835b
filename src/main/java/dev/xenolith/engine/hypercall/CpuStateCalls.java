package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.SegmentBase;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.domain.DebugRegisters;
import dev.xenolith.engine.domain.Vcpu;

/** Calls that set registers a guest cannot set itself ({@code xen/arch/x86/pv/misc-hypercalls.c}). */
final class CpuStateCalls {

    private CpuStateCalls() {}

    static long fpuTaskswitch(Vcpu vcpu, int set) {
        vcpu.cpu().setTaskSwitched(set != 0);
        return 0;
    }

    static long stackSwitch(Vcpu vcpu, long ss, long sp) {
        vcpu.kernelSs = TrapCalls.fixSelector((int) ss & 0xffff);
        vcpu.kernelSp = sp;
        return 0;
    }

    static long setDebugRegister(Vcpu vcpu, int register, long value) {
        return vcpu.debugRegisters().set(register, value, vcpu.cr4());
    }

    static long getDebugRegister(Vcpu vcpu, int register) {
        return DebugRegisters.exists(register, vcpu.cr4())
                ? vcpu.debugRegisters().get(register, vcpu.cr4())
                : -Errno.ENODEV;
    }

    /** The caller is the kernel, so the user's GS base is the one not in use. */
    static long setSegmentBase(Vcpu vcpu, int which, long base) {
        Cpu cpu = vcpu.cpu();
        if (which == SegmentBase.GS_USER_SEL) {
            loadUserGs(vcpu, (int) base & 0xffff);
            return 0;
        }
        if (which < 0 || which > SegmentBase.GS_USER_SEL || !TrapCalls.isCanonical(base)) {
            return -Errno.EINVAL;
        }
        switch (which) {
            case SegmentBase.FS -> cpu.setFsBase(base);
            case SegmentBase.GS_USER -> cpu.setKernelGsBase(base);
            default -> cpu.setGsBase(base);
        }
        return 0;
    }

    /** A selector that cannot be loaded becomes the null one, and the call succeeds: Linux has no answer to failure. */
    private static void loadUserGs(Vcpu vcpu, int selector) {
        int wanted = selector > 3 ? TrapCalls.fixSelector(selector) : selector;
        long descriptor = wanted > 3 ? vcpu.mmu().descriptors().descriptor(wanted) : 0;
        boolean loads = Descriptor.isUserData(descriptor);
        vcpu.cpu().setSelector(Sreg.GS, loads || wanted <= 3 ? wanted : 0);
        vcpu.cpu().setKernelGsBase(loads ? Descriptor.base(descriptor) : 0);
    }
}
