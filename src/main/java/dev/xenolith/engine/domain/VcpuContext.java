package dev.xenolith.engine.domain;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.PageSize;
import dev.xenolith.engine.abi.TrapInfo;
import dev.xenolith.engine.abi.VcpuGuestContext;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.Rflags;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A vcpu from a struct vcpu_guest_context: by the guest for a secondary vcpu, by the builder for the first, by a restore
 * for all ({@code arch_set_info_guest} in {@code xen/arch/x86/domain.c}). What is checked is what Xen checks; of what
 * it refuses nothing is kept.
 */
public final class VcpuContext {

    /** Where each of the CPU's registers stands in user_regs. */
    static final int[] GPR_OFFSETS = {
        VcpuGuestContext.RAX, VcpuGuestContext.RCX, VcpuGuestContext.RDX, VcpuGuestContext.RBX,
        VcpuGuestContext.RSP, VcpuGuestContext.RBP, VcpuGuestContext.RSI, VcpuGuestContext.RDI,
        VcpuGuestContext.R8, VcpuGuestContext.R9, VcpuGuestContext.R10, VcpuGuestContext.R11,
        VcpuGuestContext.R12, VcpuGuestContext.R13, VcpuGuestContext.R14, VcpuGuestContext.R15
    };

    /** The debug registers that exist; 4 and 5 are other names. */
    static final int[] DEBUG_REGISTERS = {0, 1, 2, 3, 6, 7};

    private static final long LOADABLE_FLAGS = 0x3f7fd5L & ~Rflags.VM;
    private static final int MAX_GDT_FRAMES = 14;
    private static final int MAX_LDT_ENTRIES = 8192;

    private final Vcpu vcpu;
    private final ByteBuffer context;
    private final int flags;

    private VcpuContext(Vcpu vcpu, byte[] context) {
        this.vcpu = vcpu;
        this.context = ByteBuffer.wrap(context).order(ByteOrder.LITTLE_ENDIAN);
        this.flags = this.context.getInt(VcpuGuestContext.FLAGS);
    }

    /** 0, or what Xen would refuse it with. The vcpu must not have been initialised. */
    public static int load(Vcpu vcpu, byte[] context) {
        VcpuContext source = new VcpuContext(vcpu, context);
        int error = source.check();
        if (error == 0) {
            error = source.loadTables();
        }
        if (error != 0) {
            return error;
        }
        source.loadRegisters();
        source.loadTraps();
        source.loadRest();
        vcpu.setInitialised();
        if ((source.flags & VcpuGuestContext.VGCF_ONLINE) != 0) {
            vcpu.bringUp();
        }
        return 0;
    }

    private long at(int offset) {
        return context.getLong(offset);
    }

    private long register(int offset) {
        return context.getLong(VcpuGuestContext.USER_REGS + offset);
    }

    private int selector(int offset) {
        return context.getShort(VcpuGuestContext.USER_REGS + offset) & 0xffff;
    }

    private int check() {
        boolean canonical = isCanonical(register(VcpuGuestContext.RIP))
                && isCanonical(register(VcpuGuestContext.RSP))
                && isCanonical(at(VcpuGuestContext.KERNEL_SP))
                && isCanonical(at(VcpuGuestContext.FS_BASE))
                && isCanonical(at(VcpuGuestContext.GS_BASE_KERNEL))
                && isCanonical(at(VcpuGuestContext.GS_BASE_USER))
                && isCanonical(at(VcpuGuestContext.EVENT_CALLBACK))
                && isCanonical(at(VcpuGuestContext.SYSCALL_CALLBACK))
                && isCanonical(at(VcpuGuestContext.FAILSAFE_CALLBACK))
                && isCanonical(at(VcpuGuestContext.LDT_BASE));
        for (int i = 0; canonical && i < TrapTable.VECTORS; i++) {
            canonical = isCanonical(at(VcpuGuestContext.TRAPS + i * TrapInfo.BYTES + TrapInfo.ADDRESS));
        }
        long gdtFrames = (at(VcpuGuestContext.GDT_ENTRIES) + 511) >>> 9;
        boolean tables = (at(VcpuGuestContext.LDT_BASE) & PageSize.OFFSET_MASK) == 0
                && Long.compareUnsigned(at(VcpuGuestContext.LDT_ENTRIES), MAX_LDT_ENTRIES) <= 0
                && Long.compareUnsigned(gdtFrames, MAX_GDT_FRAMES) <= 0
                && (inKernel() || at(VcpuGuestContext.CTRLREG + 8) != 0);
        return canonical && tables ? 0 : -Errno.EINVAL;
    }

    private static boolean isCanonical(long address) {
        return (address << 16) >> 16 == address;
    }

    private boolean inKernel() {
        return (flags & VcpuGuestContext.VGCF_IN_KERNEL) != 0;
    }

    /** GDT, then page tables; if these are refused the GDT goes again. */
    private int loadTables() {
        int entries = (int) at(VcpuGuestContext.GDT_ENTRIES);
        long[] frames = new long[(entries + 511) >>> 9];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = at(VcpuGuestContext.GDT_FRAMES + 8 * i);
        }
        int error = vcpu.mmu().descriptors().setGdt(frames, entries);
        if (error == 0) {
            error = vcpu.mmu().setKernelTable(at(VcpuGuestContext.CTRLREG + 24) >>> PageSize.SHIFT);
        }
        long userTable = at(VcpuGuestContext.CTRLREG + 8) >>> PageSize.SHIFT;
        if (error == 0 && userTable != 0) {
            error = vcpu.mmu().setUserTable(userTable);
        }
        if (error == 0) {
            error = vcpu.mmu().descriptors().setLdt(at(VcpuGuestContext.LDT_BASE), (int)
                    at(VcpuGuestContext.LDT_ENTRIES));
        }
        if (error != 0) {
            vcpu.mmu().dropTables();
        }
        return error;
    }

    private void loadRegisters() {
        Cpu cpu = vcpu.cpu();
        for (int i = 0; i < Gpr.COUNT; i++) {
            cpu.setGpr(i, register(GPR_OFFSETS[i]));
        }
        long rflags = register(VcpuGuestContext.RFLAGS);
        vcpu.iopl = (int) (rflags >> 12) & 3;
        cpu.setRip(register(VcpuGuestContext.RIP));
        cpu.setRflags((rflags & LOADABLE_FLAGS & ~Rflags.IOPL) | Rflags.IF | Rflags.FIXED);
        cpu.setSelector(Sreg.CS, selector(VcpuGuestContext.CS) | 3);
        cpu.setSelector(Sreg.SS, selector(VcpuGuestContext.SS) | 3);
        cpu.setSelector(Sreg.DS, selector(VcpuGuestContext.DS));
        cpu.setSelector(Sreg.ES, selector(VcpuGuestContext.ES));
        cpu.setSelector(Sreg.FS, selector(VcpuGuestContext.FS));
        cpu.setSelector(Sreg.GS, selector(VcpuGuestContext.GS));
        cpu.setFsBase(at(VcpuGuestContext.FS_BASE));
        long kernelGs = at(VcpuGuestContext.GS_BASE_KERNEL);
        long userGs = at(VcpuGuestContext.GS_BASE_USER);
        cpu.setGsBase(inKernel() ? kernelGs : userGs);
        cpu.setKernelGsBase(inKernel() ? userGs : kernelGs);
        cpu.setKernelMode(inKernel());
        if ((flags & VcpuGuestContext.VGCF_I387_VALID) != 0) {
            FxsaveImage.read(cpu.fpu(), MemorySegment.ofBuffer(context), VcpuGuestContext.FPU);
        }
        cpu.setTaskSwitched((at(VcpuGuestContext.CTRLREG) & Vcpu.CR0_TS) != 0);
    }

    private void loadTraps() {
        TrapTable traps = vcpu.traps();
        for (int i = 0; i < TrapTable.VECTORS; i++) {
            int entry = VcpuGuestContext.TRAPS + i * TrapInfo.BYTES;
            long address = at(entry + TrapInfo.ADDRESS);
            int selector = context.getShort(entry + TrapInfo.CS) & 0xffff;
            int trapFlags = context.get(entry + TrapInfo.FLAGS) & 0xff;
            traps.set(i, trapFlags, address == 0 ? selector : selector | 3, address);
        }
    }

    private void loadRest() {
        vcpu.kernelSs = ((int) at(VcpuGuestContext.KERNEL_SS) & 0xffff) | 3;
        vcpu.kernelSp = at(VcpuGuestContext.KERNEL_SP);
        vcpu.cr2 = at(VcpuGuestContext.CTRLREG + 16);
        vcpu.setCr4(at(VcpuGuestContext.CTRLREG + 32));
        Callbacks callbacks = vcpu.callbacks();
        callbacks.event = at(VcpuGuestContext.EVENT_CALLBACK);
        callbacks.failsafe = at(VcpuGuestContext.FAILSAFE_CALLBACK);
        callbacks.failsafeMasksEvents = (flags & VcpuGuestContext.VGCF_FAILSAFE_DISABLES_EVENTS) != 0;
        callbacks.syscall = at(VcpuGuestContext.SYSCALL_CALLBACK);
        callbacks.syscallMasksEvents = (flags & VcpuGuestContext.VGCF_SYSCALL_DISABLES_EVENTS) != 0;
        for (int i : DEBUG_REGISTERS) {
            // Values that Xen refuses leave the default, as there.
            vcpu.debugRegisters().set(i, at(VcpuGuestContext.DEBUGREG + 8 * i), vcpu.cr4());
        }
        if (vcpu.id() == 0) {
            vcpu.domain().setAssists(at(VcpuGuestContext.VM_ASSIST));
        }
    }
}
