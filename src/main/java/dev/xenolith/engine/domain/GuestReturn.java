package dev.xenolith.engine.domain;

import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.abi.IretContext;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.Rflags;
import dev.xenolith.engine.cpu.Sreg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * HYPERVISOR_iret: leaves a handler by a frame on the kernel's stack, to kernel or user mode ({@code
 * xen/arch/x86/pv/iret.c}). A frame that cannot be read ends the domain: there is nowhere to report it to.
 */
public final class GuestReturn {

    /** Bits of rflags a guest may load: all that exist but IOPL and VM. */
    private static final long LOADABLE = 0x3f7fd5L & ~(Rflags.IOPL | Rflags.VM);

    private GuestReturn() {}

    /** Returns what rax becomes. */
    public static long iret(Vcpu vcpu) {
        Cpu cpu = vcpu.cpu();
        byte[] bytes = new byte[IretContext.BYTES];
        if (!vcpu.guest().tryCopyIn(cpu.gpr(Gpr.RSP), bytes, bytes.length)) {
            return crash(vcpu, "iret frame not readable at 0x" + Long.toHexString(cpu.gpr(Gpr.RSP)));
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int cs = frame.getShort(IretContext.CS) & 0xffff;
        long flags = frame.getLong(IretContext.RFLAGS);
        if ((cs & 3) == 3) {
            if (vcpu.mmu().userGuestMfn() == 0) {
                return crash(vcpu, "iret to user mode without user page tables");
            }
            vcpu.toggleMode();
        }
        if (vcpu.domain().hasAssist(VmAssist.ARCHITECTURAL_IOPL)) {
            vcpu.iopl = (int) (flags >> 12) & 3;
        }
        cpu.setRip(frame.getLong(IretContext.RIP));
        cpu.setSelector(Sreg.CS, cs | 3);
        cpu.setRflags((flags & LOADABLE) | Rflags.IF | Rflags.FIXED);
        cpu.setGpr(Gpr.RSP, frame.getLong(IretContext.RSP));
        cpu.setSelector(Sreg.SS, (frame.getShort(IretContext.SS) & 0xffff) | 3);
        if ((frame.getLong(IretContext.FLAGS) & IretContext.IN_SYSCALL) == 0) {
            cpu.setGpr(Gpr.R11, frame.getLong(IretContext.R11));
            cpu.setGpr(Gpr.RCX, frame.getLong(IretContext.RCX));
        } else {
            cpu.setGpr(Gpr.R11, cpu.rflags());
            cpu.setGpr(Gpr.RCX, cpu.rip());
        }
        vcpu.maskUpcalls((flags & Rflags.IF) == 0);
        return frame.getLong(IretContext.RAX);
    }

    private static long crash(Vcpu vcpu, String detail) {
        vcpu.domain().crash(CrashReason.TRIPLE_FAULT, "vcpu " + vcpu.id() + ": " + detail);
        return 0;
    }
}
