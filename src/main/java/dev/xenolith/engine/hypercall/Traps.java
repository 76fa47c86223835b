package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.abi.PvSelector;
import dev.xenolith.engine.abi.VcpuInfo;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.Rflags;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.BounceFrame;
import dev.xenolith.engine.domain.Vcpu;

/** Exceptions, software interrupts and system calls on their way to the guest's kernel ({@code pv_inject_event}). */
final class Traps {

    private static final int PF_USER = 4;
    private static final int NMI_VECTOR = 2;

    /** Error code of a #GP for an interrupt gate: vector, and the bit that says it means the IDT. */
    private static final int IDT = 2;

    private Traps() {}

    static void exception(Vcpu vcpu, int vector, int errorCode, long cr2) {
        int code = errorCode;
        if (vector == Vector.PF) {
            setCr2(vcpu, cr2);
            // Both modes run at CPL 3, so only Xen knows which it was.
            code = vcpu.cpu().kernelMode() ? code & ~PF_USER : code | PF_USER;
        }
        if (vcpu.traps().address(vector) == 0) {
            vcpu.domain()
                    .crash(
                            CrashReason.TRIPLE_FAULT,
                            "vcpu %d, rip 0x%x: no handler for vector %d, error code 0x%x, cr2 0x%x"
                                    .formatted(vcpu.id(), vcpu.cpu().rip(), vector, Math.max(code, 0), cr2));
            return;
        }
        if (vector == Vector.NM) {
            // Xen clears TS on the way, so that the kernel's handler need not.
            vcpu.cpu().setTaskSwitched(false);
        }
        inject(vcpu, vector, code);
    }

    static void setCr2(Vcpu vcpu, long cr2) {
        vcpu.cr2 = cr2;
        vcpu.info().page().putLong(vcpu.info().offset() + VcpuInfo.CR2, cr2);
    }

    private static void inject(Vcpu vcpu, int vector, int errorCode) {
        BounceFrame.enter(vcpu, vcpu.traps().address(vector), vcpu.traps().masksEvents(vector), errorCode);
    }

    /** INT3 and INTO have gates that anybody may use; of the others the guest's own table decides. */
    static void softwareInterrupt(Vcpu vcpu, int vector) {
        Cpu cpu = vcpu.cpu();
        if (vector == Vector.BP || vector == Vector.OF || vector == Vector.DB) {
            exception(vcpu, vector, BounceFrame.NO_ERROR_CODE, 0);
            return;
        }
        if (vcpu.traps().dpl(vector) < privilege(vcpu)) {
            throw cpu.fault(Vector.GP, (vector << 3) | IDT);
        }
        inject(vcpu, vector, BounceFrame.NO_ERROR_CODE);
    }

    /** What CPL the guest is to believe in: its kernel at 1, or at 0 when it asked for architectural IOPL. */
    static int privilege(Vcpu vcpu) {
        if (!vcpu.cpu().kernelMode()) {
            return 3;
        }
        return vcpu.domain().hasAssist(VmAssist.ARCHITECTURAL_IOPL) ? 0 : 1;
    }

    /** SYSCALL in user mode ({@code switch_to_kernel}); without a callback it is an undefined instruction. */
    static void syscallFromUser(Vcpu vcpu) {
        Cpu cpu = vcpu.cpu();
        if (vcpu.callbacks().syscall == 0) {
            throw cpu.fault(Vector.UD, BounceFrame.NO_ERROR_CODE);
        }
        cpu.setGpr(Gpr.RCX, cpu.rip());
        cpu.setGpr(Gpr.R11, cpu.rflags());
        cpu.setSelector(Sreg.CS, PvSelector.FLAT_CS64);
        cpu.setSelector(Sreg.SS, PvSelector.FLAT_SS);
        if (BounceFrame.enter(
                vcpu, vcpu.callbacks().syscall, vcpu.callbacks().syscallMasksEvents, BounceFrame.NO_ERROR_CODE)) {
            cpu.setRflags(cpu.rflags() & ~(long) Rflags.DF);
        }
    }

    /** Delivers an NMI that another vcpu sent, if the guest has a handler for it. */
    static void deliverNmi(Vcpu vcpu) {
        if (vcpu.nmiPending) {
            vcpu.nmiPending = false;
            if (vcpu.traps().address(NMI_VECTOR) != 0) {
                inject(vcpu, NMI_VECTOR, BounceFrame.NO_ERROR_CODE);
            }
        }
    }
}
