package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.TrapInfo;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import dev.xenolith.engine.mmu.DescriptorTables;
import dev.xenolith.engine.mmu.VcpuMmu;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The opposite of {@link VcpuContext}: a vcpu at rest as a struct vcpu_guest_context, with frames by the guest's own
 * numbers ({@code arch_get_info_guest} in {@code xen/arch/x86/domctl.c}). Changes nothing.
 */
public final class SavedVcpuContext {

    private static final int IOPL_SHIFT = 12;

    private final Vcpu vcpu;
    private final ByteBuffer context =
            ByteBuffer.allocate(VcpuGuestContext.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private SavedVcpuContext(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    public static byte[] of(Vcpu vcpu) {
        SavedVcpuContext saved = new SavedVcpuContext(vcpu);
        saved.flags();
        saved.registers();
        saved.traps();
        saved.tables();
        saved.control();
        saved.entryPoints();
        return saved.context.array();
    }

    private void flags() {
        Callbacks callbacks = vcpu.callbacks();
        int flags = VcpuGuestContext.VGCF_I387_VALID
                | (vcpu.cpu().kernelMode() ? VcpuGuestContext.VGCF_IN_KERNEL : 0)
                | (callbacks.failsafeMasksEvents ? VcpuGuestContext.VGCF_FAILSAFE_DISABLES_EVENTS : 0)
                | (callbacks.syscallMasksEvents ? VcpuGuestContext.VGCF_SYSCALL_DISABLES_EVENTS : 0)
                | (vcpu.isUp() ? VcpuGuestContext.VGCF_ONLINE : 0);
        context.putInt(VcpuGuestContext.FLAGS, flags);
    }

    private void registers() {
        Cpu cpu = vcpu.cpu();
        FxsaveImage.write(cpu.fpu(), MemorySegment.ofBuffer(context), VcpuGuestContext.FPU);
        for (int i = 0; i < Gpr.COUNT; i++) {
            register(VcpuContext.GPR_OFFSETS[i], cpu.gpr(i));
        }
        register(VcpuGuestContext.RIP, cpu.rip());
        register(VcpuGuestContext.RFLAGS, cpu.rflags() | (long) vcpu.iopl << IOPL_SHIFT);
        selector(VcpuGuestContext.CS, Sreg.CS);
        selector(VcpuGuestContext.SS, Sreg.SS);
        selector(VcpuGuestContext.DS, Sreg.DS);
        selector(VcpuGuestContext.ES, Sreg.ES);
        selector(VcpuGuestContext.FS, Sreg.FS);
        selector(VcpuGuestContext.GS, Sreg.GS);
        context.putLong(VcpuGuestContext.FS_BASE, cpu.fsBase());
        context.putLong(VcpuGuestContext.GS_BASE_KERNEL, cpu.kernelMode() ? cpu.gsBase() : cpu.kernelGsBase());
        context.putLong(VcpuGuestContext.GS_BASE_USER, cpu.kernelMode() ? cpu.kernelGsBase() : cpu.gsBase());
    }

    private void register(int offset, long value) {
        context.putLong(VcpuGuestContext.USER_REGS + offset, value);
    }

    private void selector(int offset, int segment) {
        context.putShort(VcpuGuestContext.USER_REGS + offset, (short) vcpu.cpu().selector(segment));
    }

    private void traps() {
        for (TrapTable.Entry trap : vcpu.traps().state()) {
            int entry = VcpuGuestContext.TRAPS + trap.vector() * TrapInfo.BYTES;
            context.put(entry + TrapInfo.VECTOR, (byte) trap.vector());
            context.put(entry + TrapInfo.FLAGS, (byte) trap.flags());
            context.putShort(entry + TrapInfo.CS, (short) trap.selector());
            context.putLong(entry + TrapInfo.ADDRESS, trap.address());
        }
    }

    private void tables() {
        VcpuMmu mmu = vcpu.mmu();
        DescriptorTables descriptors = mmu.descriptors();
        context.putLong(VcpuGuestContext.LDT_BASE, descriptors.ldtBase());
        context.putLong(VcpuGuestContext.LDT_ENTRIES, descriptors.ldtEntries());
        long[] gdt = descriptors.gdtGuestFrames();
        for (int i = 0; i < gdt.length; i++) {
            context.putLong(VcpuGuestContext.GDT_FRAMES + i * Long.BYTES, gdt[i]);
        }
        context.putLong(VcpuGuestContext.GDT_ENTRIES, descriptors.gdtEntries());
        context.putLong(VcpuGuestContext.CTRLREG + 3 * Long.BYTES, mmu.kernelGuestMfn() << PageSize.SHIFT);
        context.putLong(VcpuGuestContext.CTRLREG + Long.BYTES, mmu.userGuestMfn() << PageSize.SHIFT);
    }

    private void control() {
        long taskSwitched = vcpu.cpu().taskSwitched() ? Vcpu.CR0_TS : 0;
        context.putLong(VcpuGuestContext.CTRLREG, Vcpu.CR0 | taskSwitched);
        context.putLong(VcpuGuestContext.CTRLREG + 2 * Long.BYTES, vcpu.cr2);
        context.putLong(VcpuGuestContext.CTRLREG + 4 * Long.BYTES, vcpu.cr4());
        for (int i : VcpuContext.DEBUG_REGISTERS) {
            long value = vcpu.debugRegisters().get(i, vcpu.cr4());
            context.putLong(VcpuGuestContext.DEBUGREG + i * Long.BYTES, value);
        }
    }

    private void entryPoints() {
        Callbacks callbacks = vcpu.callbacks();
        context.putLong(VcpuGuestContext.KERNEL_SS, vcpu.kernelSs);
        context.putLong(VcpuGuestContext.KERNEL_SP, vcpu.kernelSp);
        context.putLong(VcpuGuestContext.EVENT_CALLBACK, callbacks.event);
        context.putLong(VcpuGuestContext.FAILSAFE_CALLBACK, callbacks.failsafe);
        context.putLong(VcpuGuestContext.SYSCALL_CALLBACK, callbacks.syscall);
        context.putLong(VcpuGuestContext.VM_ASSIST, vcpu.domain().assists());
    }
}
