package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.abi.HypercallNumber;
import dev.xenolith.engine.abi.PvSelector;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.CpuEnvironment;
import dev.xenolith.engine.cpu.Gpr;
import dev.xenolith.engine.cpu.GuestFault;
import dev.xenolith.engine.cpu.Sreg;
import dev.xenolith.engine.cpu.Vector;
import dev.xenolith.engine.domain.BounceFrame;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.mmu.Continuation;

/**
 * What one vcpu's instructions cannot do by themselves. Privileged instructions work in the guest's kernel only; in user
 * mode they raise #GP, as do those that Xen does not emulate even for a kernel (HLT, INVLPG).
 */
final class PvEnvironment implements CpuEnvironment {

    private static final long IDT_BASE = 0xffff82d040000000L;
    private static final long GDT_BASE = 0xffff82e000000000L;
    private static final int GDT_LIMIT = 0xefff;
    private static final int IDT_LIMIT = 0xfff;
    private static final int TASK_SELECTOR = 0xe040;
    private static final int LDT_SELECTOR = 0xe048;
    private static final int SYSCALL_BYTES = 2;

    private final Vcpu vcpu;
    private final Hypercalls calls;

    PvEnvironment(Vcpu vcpu, Hypercalls calls) {
        this.vcpu = vcpu;
        this.calls = calls;
    }

    @Override
    public void syscall(Cpu cpu) {
        if (!cpu.kernelMode()) {
            Traps.syscallFromUser(vcpu);
            afterEntry();
            return;
        }
        long number = cpu.gpr(Gpr.RAX);
        cpu.setGpr(Gpr.RCX, cpu.rip());
        cpu.setGpr(Gpr.R11, cpu.rflags());
        calls.mmu().beginWork();
        long result = calls.call(vcpu, number, cpu.gpr(Gpr.RDI), cpu.gpr(Gpr.RSI), cpu.gpr(Gpr.RDX), cpu.gpr(Gpr.R10));
        if (calls.mmu().isPreempted()) {
            issueAgain(cpu);
        } else {
            cpu.setGpr(Gpr.RAX, result);
        }
        if (number == HypercallNumber.IRET && vcpu.domain().lifecycle().isRunning()) {
            checkCode(cpu);
        }
        afterEntry();
    }

    /** The call stopped half-way: back to the syscall instruction, with the rest of the work as arguments. */
    private void issueAgain(Cpu cpu) {
        Continuation rest = calls.mmu().continuation();
        cpu.setGpr(Gpr.RDI, rest.argument1());
        cpu.setGpr(Gpr.RSI, rest.argument2());
        cpu.setRip(cpu.rip() - SYSCALL_BYTES);
        vcpu.endSlice();
    }

    /** An iret to code that cannot run here: 32-bit code is refused, anything else is the failsafe callback's. */
    private void checkCode(Cpu cpu) {
        int selector = cpu.selector(Sreg.CS);
        if (selector == PvSelector.FLAT_CS64) {
            return;
        }
        long descriptor = descriptor(cpu, selector);
        if (Descriptor.isUserCode64(descriptor)) {
            return;
        }
        if (Descriptor.isUserCode(descriptor)) {
            compatMode(cpu, selector);
        } else {
            BounceFrame.enterFailsafe(vcpu);
        }
    }

    /** What Xen looks at before each return to the guest. */
    private void afterEntry() {
        if (vcpu.domain().lifecycle().isRunning() && !vcpu.isBlocked()) {
            Traps.deliverNmi(vcpu);
            vcpu.deliverUpcall();
        }
    }

    @Override
    public void exception(Cpu cpu, int vector, int errorCode, long cr2) {
        Traps.exception(vcpu, vector, errorCode, cr2);
        afterEntry();
    }

    @Override
    public void softwareInterrupt(Cpu cpu, int vector) {
        Traps.softwareInterrupt(vcpu, vector);
        afterEntry();
    }

    // --- privileged instructions

    private GuestFault refuse(Cpu cpu) {
        return cpu.fault(Vector.GP, 0);
    }

    private void requireKernel(Cpu cpu) {
        if (!cpu.kernelMode()) {
            throw refuse(cpu);
        }
    }

    @Override
    public long readMsr(Cpu cpu, int index) {
        requireKernel(cpu);
        return Msrs.read(vcpu, index);
    }

    @Override
    public void writeMsr(Cpu cpu, int index, long value) {
        requireKernel(cpu);
        Msrs.write(vcpu, index, value);
    }

    @Override
    public long readCr(Cpu cpu, int register) {
        requireKernel(cpu);
        return ControlRegisters.read(vcpu, register);
    }

    @Override
    public void writeCr(Cpu cpu, int register, long value) {
        requireKernel(cpu);
        ControlRegisters.write(vcpu, calls, register, value);
    }

    @Override
    public long readDr(Cpu cpu, int register) {
        requireKernel(cpu);
        return ControlRegisters.readDebug(vcpu, register);
    }

    @Override
    public void writeDr(Cpu cpu, int register, long value) {
        requireKernel(cpu);
        ControlRegisters.writeDebug(vcpu, register, value);
    }

    @Override
    public int in(Cpu cpu, int port, int size) {
        Ports.check(vcpu, port, size);
        return Ports.read(port, size);
    }

    @Override
    public void out(Cpu cpu, int port, int size, int value) {
        // There is no device: what may be written is forgotten.
        Ports.check(vcpu, port, size);
    }

    @Override
    public void cli(Cpu cpu) {
        checkIopl(cpu);
    }

    /** CLI and STI change nothing, as in Xen: a guest masks upcalls in its vcpu_info. */
    @Override
    public void sti(Cpu cpu) {
        checkIopl(cpu);
    }

    private void checkIopl(Cpu cpu) {
        if (vcpu.iopl < Traps.privilege(vcpu)) {
            throw refuse(cpu);
        }
    }

    @Override
    public void hlt(Cpu cpu) {
        throw refuse(cpu);
    }

    @Override
    public void clts(Cpu cpu) {
        requireKernel(cpu);
        cpu.setTaskSwitched(false);
    }

    @Override
    public void invlpg(Cpu cpu, long va) {
        throw refuse(cpu);
    }

    @Override
    public void wbinvd(Cpu cpu) {
        requireKernel(cpu);
    }

    @Override
    public void cpuid(Cpu cpu) {
        CpuidPolicy.Leaf leaf = CpuidPolicy.leaf(vcpu.domain(), (int) cpu.gpr(Gpr.RAX), (int) cpu.gpr(Gpr.RCX));
        cpu.setGpr(Gpr.RAX, Integer.toUnsignedLong(leaf.a()));
        cpu.setGpr(Gpr.RBX, Integer.toUnsignedLong(leaf.b()));
        cpu.setGpr(Gpr.RCX, Integer.toUnsignedLong(leaf.c()));
        cpu.setGpr(Gpr.RDX, Integer.toUnsignedLong(leaf.d()));
    }

    @Override
    public long rdtsc(Cpu cpu) {
        if (!cpu.kernelMode() && (vcpu.cr4() & ControlRegisters.CR4_TSD) != 0) {
            throw refuse(cpu);
        }
        return vcpu.domain().tsc();
    }

    @Override
    public int tscAux(Cpu cpu) {
        return 0;
    }

    @Override
    public void pause(Cpu cpu) {
        vcpu.pause();
    }

    // --- descriptor tables

    @Override
    public long descriptor(Cpu cpu, int selector) {
        return vcpu.mmu().descriptors().descriptor(selector);
    }

    @Override
    public long gdtBase(Cpu cpu) {
        return GDT_BASE;
    }

    @Override
    public int gdtLimit(Cpu cpu) {
        return GDT_LIMIT;
    }

    @Override
    public long idtBase(Cpu cpu) {
        return IDT_BASE;
    }

    @Override
    public int idtLimit(Cpu cpu) {
        return IDT_LIMIT;
    }

    @Override
    public int ldtSelector(Cpu cpu) {
        return vcpu.mmu().descriptors().ldtEntries() == 0 ? 0 : LDT_SELECTOR;
    }

    @Override
    public int taskSelector(Cpu cpu) {
        return TASK_SELECTOR;
    }

    @Override
    public long machineStatusWord(Cpu cpu) {
        return ControlRegisters.read(vcpu, 0) & 0xffffffffL;
    }

    @Override
    public void compatMode(Cpu cpu, int codeSelector) {
        vcpu.domain()
                .crash(
                        CrashReason.GUEST_PANIC,
                        "vcpu %d enters 32-bit code (selector 0x%x at rip 0x%x), which does not run here yet"
                                .formatted(vcpu.id(), codeSelector, cpu.rip()));
    }
}
