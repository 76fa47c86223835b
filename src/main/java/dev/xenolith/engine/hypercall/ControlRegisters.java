package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.GuestFault;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.BounceFrame;
import dev.xenolith.engine.domain.DebugRegisters;
import dev.xenolith.engine.domain.Vcpu;

/** MOV to and from control and debug registers of a PV kernel ({@code read_cr}, {@code write_cr} of emul-priv-op). */
final class ControlRegisters {

    static final long CR4_TSD = 1 << 2;

    private ControlRegisters() {}

    static long read(Vcpu vcpu, int register) {
        return switch (register) {
            case 0 -> Vcpu.CR0 | (vcpu.cpu().taskSwitched() ? Vcpu.CR0_TS : 0);
            case 2 -> vcpu.cr2;
            case 3 -> vcpu.mmu().kernelGuestMfn() << PageSize.SHIFT;
            case 4 -> vcpu.cr4();
            default -> throw refuse(vcpu.cpu());
        };
    }

    /** TS is all a guest can change of CR0; a CR3 that names no good table is refused. */
    static void write(Vcpu vcpu, Hypercalls calls, int register, long value) {
        Cpu cpu = vcpu.cpu();
        switch (register) {
            case 0 -> {
                if (((value ^ Vcpu.CR0) & ~Vcpu.CR0_TS) != 0) {
                    throw refuse(cpu);
                }
                cpu.setTaskSwitched((value & Vcpu.CR0_TS) != 0);
            }
            case 2 -> Traps.setCr2(vcpu, value);
            case 3 -> {
                if (calls.mmu().writeCr3(vcpu.mmu(), value) != 0) {
                    throw refuse(cpu);
                }
            }
            case 4 -> vcpu.setCr4(value);
            default -> throw refuse(cpu);
        }
    }

    static long readDebug(Vcpu vcpu, int register) {
        if (!DebugRegisters.exists(register, vcpu.cr4())) {
            throw vcpu.cpu().fault(Vector.UD, BounceFrame.NO_ERROR_CODE);
        }
        return vcpu.debugRegisters().get(register, vcpu.cr4());
    }

    static void writeDebug(Vcpu vcpu, int register, long value) {
        int result = vcpu.debugRegisters().set(register, value, vcpu.cr4());
        if (result == -Errno.ENODEV) {
            throw vcpu.cpu().fault(Vector.UD, BounceFrame.NO_ERROR_CODE);
        }
        if (result != 0) {
            throw refuse(vcpu.cpu());
        }
    }

    private static GuestFault refuse(Cpu cpu) {
        return cpu.fault(Vector.GP, 0);
    }
}
