package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FxsaveImage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The same bytes at the same addresses, run by the interpreter. */
final class InterpretedProcessor implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment ram = arena.allocate(HostProcessor.BYTES, 4096);
    private final CodeCache cache = new CodeCache();
    private final PagedSpace space = new PagedSpace(ram, cache);
    final RecordingEnvironment env = new RecordingEnvironment();
    private final Cpu cpu = new Cpu(space, env, cache);
    private final HostProcessor host;

    InterpretedProcessor(HostProcessor host) {
        this.host = host;
        space.cpu = cpu;
        for (int page = 0; page < HostProcessor.BYTES; page += 4096) {
            space.map(host.base + page, page, PagedSpace.ALL);
        }
        MemorySegment.copy(host.memory, 0, ram, 0, HostProcessor.BYTES);
    }

    /**
     * Runs what the host ran.
     *
     * @param instructions of the snippet; the jump behind it counts one more
     * @param alone instruction by instruction instead of as a block
     */
    void run(byte[] snippet, int instructions, boolean alone, ProcessorState before, ProcessorState after) {
        load(snippet, before);
        int budget = instructions + 1;
        if (alone) {
            for (int i = 0; i < budget; i++) {
                cpu.run(1);
            }
        } else {
            cpu.run(budget);
        }
        // A repeated string instruction, or a branch not taken, may need more than one step an instruction.
        for (int i = 0; i < 64 && cpu.rip() != host.base + HostProcessor.EPILOGUE && env.calls.isEmpty(); i++) {
            cpu.run(1);
        }
        for (int i = 0; i < 16; i++) {
            after.gpr[i] = cpu.gpr(i);
        }
        after.flags = cpu.rflags();
        FxsaveImage.write(cpu.fpu(), MemorySegment.ofArray(after.fx), 0);
    }

    private void load(byte[] snippet, ProcessorState before) {
        env.calls.clear();
        cache.invalidate(0);
        cache.invalidate(4096);
        MemorySegment.copy(snippet, 0, ram, ValueLayout.JAVA_BYTE, HostProcessor.SNIPPET, snippet.length);
        int jump = HostProcessor.SNIPPET + snippet.length;
        ram.set(ValueLayout.JAVA_BYTE, jump, (byte) 0xe9);
        ram.set(CpuMemory.INT, jump + 1, HostProcessor.EPILOGUE - (jump + 5));
        for (int i = 0; i < 16; i++) {
            cpu.setGpr(i, before.gpr[i]);
        }
        cpu.setRflags(before.flags);
        FxsaveImage.read(cpu.fpu(), MemorySegment.ofArray(before.fx), 0);
        cpu.setRip(host.base + HostProcessor.SNIPPET);
    }

    boolean reachedEnd() {
        return cpu.rip() == host.base + HostProcessor.EPILOGUE;
    }

    /** Where data or stack differ from the host's, or −1. */
    long memoryMismatch() {
        long data = MemorySegment.mismatch(
                ram,
                HostProcessor.DATA,
                HostProcessor.DATA + HostProcessor.DATA_BYTES,
                host.memory,
                HostProcessor.DATA,
                HostProcessor.DATA + HostProcessor.DATA_BYTES);
        if (data >= 0) {
            return HostProcessor.DATA + data;
        }
        long stack = MemorySegment.mismatch(
                ram,
                HostProcessor.STACK,
                HostProcessor.STACK + HostProcessor.STACK_BYTES,
                host.memory,
                HostProcessor.STACK,
                HostProcessor.STACK + HostProcessor.STACK_BYTES);
        return stack >= 0 ? HostProcessor.STACK + stack : -1;
    }

    /** Takes the host's memory over, before a case and after a failed one. */
    void copyMemory() {
        MemorySegment.copy(host.memory, HostProcessor.DATA, ram, HostProcessor.DATA, HostProcessor.DATA_BYTES);
        MemorySegment.copy(host.memory, HostProcessor.STACK, ram, HostProcessor.STACK, HostProcessor.STACK_BYTES);
    }

    @Override
    public void close() {
        arena.close();
    }
}
