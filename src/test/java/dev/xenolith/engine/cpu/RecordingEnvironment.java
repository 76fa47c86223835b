package dev.xenolith.engine.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes down each hook as a short line and stops the CPU at exceptions. */
final class RecordingEnvironment implements CpuEnvironment {
    final List<String> calls = new ArrayList<>();
    final Map<Integer, Long> descriptors = new HashMap<>();

    /** What privileged instructions raise; 0 for nothing. */
    int refuseWith;

    /** What follows an exception. */
    Consumer<Cpu> onException = Cpu::requestStop;

    /** What follows HLT and what this CPU does not run. */
    Consumer<Cpu> onHalt = Cpu::requestStop;

    private void note(Cpu cpu, String line) {
        calls.add(line);
        if (refuseWith != 0) {
            throw cpu.fault(refuseWith, 0);
        }
    }

    @Override
    public void syscall(Cpu cpu) {
        calls.add("syscall %x".formatted(cpu.gpr(Gpr.RAX)));
    }

    @Override
    public void exception(Cpu cpu, int vector, int errorCode, long cr2) {
        calls.add("exception %d %x %x at %x".formatted(vector, errorCode, cr2, cpu.rip()));
        onException.accept(cpu);
    }

    @Override
    public void softwareInterrupt(Cpu cpu, int vector) {
        calls.add("int %d".formatted(vector));
    }

    @Override
    public long readMsr(Cpu cpu, int index) {
        note(cpu, "rdmsr %x".formatted(index));
        return 0x1122_3344_5566_7788L;
    }

    @Override
    public void writeMsr(Cpu cpu, int index, long value) {
        note(cpu, "wrmsr %x %x".formatted(index, value));
    }

    @Override
    public long readCr(Cpu cpu, int register) {
        note(cpu, "read cr%d".formatted(register));
        return 0x8005_0033L;
    }

    @Override
    public void writeCr(Cpu cpu, int register, long value) {
        note(cpu, "write cr%d %x".formatted(register, value));
    }

    @Override
    public long readDr(Cpu cpu, int register) {
        note(cpu, "read dr%d".formatted(register));
        return 0xffff_0ff0L;
    }

    @Override
    public void writeDr(Cpu cpu, int register, long value) {
        note(cpu, "write dr%d %x".formatted(register, value));
    }

    @Override
    public int in(Cpu cpu, int port, int size) {
        note(cpu, "in %x %d".formatted(port, size));
        return 0x1234_5678;
    }

    @Override
    public void out(Cpu cpu, int port, int size, int value) {
        note(cpu, "out %x %d %x".formatted(port, size, value));
    }

    @Override
    public void cli(Cpu cpu) {
        note(cpu, "cli");
    }

    @Override
    public void sti(Cpu cpu) {
        note(cpu, "sti");
    }

    @Override
    public void hlt(Cpu cpu) {
        note(cpu, "hlt");
        onHalt.accept(cpu);
    }

    @Override
    public void clts(Cpu cpu) {
        note(cpu, "clts");
    }

    @Override
    public void invlpg(Cpu cpu, long va) {
        note(cpu, "invlpg %x".formatted(va));
    }

    @Override
    public void wbinvd(Cpu cpu) {
        note(cpu, "wbinvd");
    }

    @Override
    public void cpuid(Cpu cpu) {
        note(cpu, "cpuid %x".formatted(cpu.gpr(Gpr.RAX)));
    }

    @Override
    public long rdtsc(Cpu cpu) {
        note(cpu, "rdtsc");
        return 0x1_0000_0002L;
    }

    @Override
    public int tscAux(Cpu cpu) {
        return 7;
    }

    @Override
    public void pause(Cpu cpu) {
        calls.add("pause");
    }

    @Override
    public long descriptor(Cpu cpu, int selector) {
        return descriptors.getOrDefault(selector & 0xfffc, 0L);
    }

    @Override
    public long gdtBase(Cpu cpu) {
        return 0xffff_82d0_0000_0000L;
    }

    @Override
    public int gdtLimit(Cpu cpu) {
        return 0xefff;
    }

    @Override
    public long idtBase(Cpu cpu) {
        return 0xffff_82d0_0000_1000L;
    }

    @Override
    public int idtLimit(Cpu cpu) {
        return 0xfff;
    }

    @Override
    public int ldtSelector(Cpu cpu) {
        return 0;
    }

    @Override
    public int taskSelector(Cpu cpu) {
        return 0xe040;
    }

    @Override
    public long machineStatusWord(Cpu cpu) {
        return 0x8005_003bL;
    }

    @Override
    public void compatMode(Cpu cpu, int codeSelector) {
        calls.add("compat %x".formatted(codeSelector));
        onHalt.accept(cpu);
    }
}
