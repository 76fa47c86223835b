package dev.xenolith.engine.domain;

import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.abi.PvSelector;
import dev.xenolith.engine.abi.VmAssist;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.Rflags;
import dev.xenolith.engine.cpu.Sreg;

/**
 * Enters the guest's kernel at a handler ({@code create_bounce_frame} in {@code xen/arch/x86/x86_64/entry.S}).
 *
 * <pre>
 *   higher   ss
 *            rsp
 *            rflags            IF = upcalls were not masked
 *            cs | mask << 32   RPL 0 when it was the kernel; bits 32-39: the saved upcall mask
 *            rip
 *           [error code]
 *           [gs fs es ds]      failsafe callback only
 *            r11
 *   rsp ──►  rcx
 * </pre>
 *
 * From user mode the frame goes to the stack the kernel named with stack_switch, else below the present rsp; either way
 * aligned to 16 bytes first.
 */
public final class BounceFrame {

    public static final int NO_ERROR_CODE = -1;

    private static final long XEN_START = 0xffff800000000000L;
    private static final long XEN_END = 0xffff880000000000L;

    private static final long CLEARED = Rflags.AC | Rflags.VM | Rflags.RF | Rflags.NT | Rflags.TF;

    private BounceFrame() {}

    /**
     * @param handler where the kernel goes on; 0 ends the domain, since it has no handler
     * @param maskEvents whether upcalls are masked from now on
     * @return whether the kernel was entered; if not, the domain is crashed
     */
    public static boolean enter(Vcpu vcpu, long handler, boolean maskEvents, int errorCode) {
        return enter(vcpu, handler, maskEvents, errorCode, false);
    }

    /** Enters the failsafe callback, whose frame tells the data segments that could not be loaded. */
    public static boolean enterFailsafe(Vcpu vcpu) {
        return enter(vcpu, vcpu.callbacks().failsafe, vcpu.callbacks().failsafeMasksEvents, NO_ERROR_CODE, true);
    }

    private static boolean enter(Vcpu vcpu, long handler, boolean maskEvents, int errorCode, boolean segments) {
        Cpu cpu = vcpu.cpu();
        boolean fromKernel = cpu.kernelMode();
        long sp = (fromKernel ? cpu.gpr(Gpr.RSP) : vcpu.kernelSp) & ~0xfL;
        if (!fromKernel) {
            vcpu.toggleMode();
        }
        if (handler == 0) {
            return crash(vcpu, "the kernel is entered where it has no handler");
        }
        if (sp > XEN_START && sp < XEN_END + 64) {
            return crash(vcpu, "kernel stack inside Xen's address range: 0x" + Long.toHexString(sp));
        }
        sp = push(vcpu, sp, fromKernel, errorCode, segments);
        if (sp == 0) {
            return crash(vcpu, "kernel stack not writable");
        }
        if (maskEvents) {
            vcpu.maskUpcalls(true);
        }
        cpu.setRflags(cpu.rflags() & ~CLEARED);
        cpu.setSelector(Sreg.SS, PvSelector.FLAT_SS);
        cpu.setSelector(Sreg.CS, PvSelector.FLAT_CS64);
        cpu.setGpr(Gpr.RSP, sp);
        cpu.setRip(handler);
        // Xen leaves through sysret, which puts these two there; handlers find the old ones in the frame.
        cpu.setGpr(Gpr.RCX, handler);
        cpu.setGpr(Gpr.R11, cpu.rflags());
        return true;
    }

    /** Writes the frame; returns the new stack pointer, or 0 where the stack cannot be written. */
    private static long push(Vcpu vcpu, long top, boolean fromKernel, int errorCode, boolean segments) {
        Cpu cpu = vcpu.cpu();
        KernelMemory guest = vcpu.guest();
        int mask = vcpu.upcallMaskByte();
        long selector = cpu.selector(Sreg.CS) & (fromKernel ? ~3L : ~0L);
        boolean ok = guest.tryWriteLong(top - 8, cpu.selector(Sreg.SS))
                && guest.tryWriteLong(top - 16, cpu.gpr(Gpr.RSP))
                && guest.tryWriteLong(top - 24, savedFlags(vcpu, mask))
                && guest.tryWriteLong(top - 32, selector | (long) mask << 32)
                && guest.tryWriteLong(top - 40, cpu.rip());
        long sp = top - 40;
        if (errorCode != NO_ERROR_CODE) {
            sp -= 8;
            ok = ok && guest.tryWriteLong(sp, Integer.toUnsignedLong(errorCode));
        }
        if (segments) {
            sp -= 32;
            ok = ok
                    && guest.tryWriteLong(sp + 24, cpu.selector(Sreg.GS))
                    && guest.tryWriteLong(sp + 16, cpu.selector(Sreg.FS))
                    && guest.tryWriteLong(sp + 8, cpu.selector(Sreg.ES))
                    && guest.tryWriteLong(sp, cpu.selector(Sreg.DS));
        }
        sp -= 16;
        ok = ok && guest.tryWriteLong(sp + 8, cpu.gpr(Gpr.R11)) && guest.tryWriteLong(sp, cpu.gpr(Gpr.RCX));
        return ok ? sp : 0;
    }

    private static long savedFlags(Vcpu vcpu, int mask) {
        long flags = vcpu.cpu().rflags() & ~(Rflags.IF | Rflags.IOPL);
        if (mask == 0) {
            flags |= Rflags.IF;
        }
        return vcpu.domain().hasAssist(VmAssist.ARCHITECTURAL_IOPL) ? flags | (long) vcpu.iopl << 12 : flags;
    }

    private static boolean crash(Vcpu vcpu, String detail) {
        vcpu.domain()
                .crash(
                        CrashReason.TRIPLE_FAULT,
                        "vcpu %d, rip 0x%x: %s".formatted(vcpu.id(), vcpu.cpu().rip(), detail));
        return false;
    }
}
