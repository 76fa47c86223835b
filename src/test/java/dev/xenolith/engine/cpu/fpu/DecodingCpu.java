package dev.xenolith.engine.cpu.fpu;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.xenolith.engine.cpu.AddressSpace;
import dev.xenolith.engine.cpu.CodeCache;
import dev.xenolith.engine.cpu.Cpu;
import dev.xenolith.engine.cpu.CpuEnvironment;
import dev.xenolith.engine.cpu.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The whole interpreter with one instruction in front of it. Three pages, where they are in memory: code at 0x1000, data
 * at 0x2000, which the instruction finds through rdx and rdi, and 0x3000, which is not mapped.
 */
final class DecodingCpu {
    static final long CODE = 0x1000;
    static final long DATA = 0x2000;
    static final long UNMAPPED = 0x3000;

    final MemorySegment ram = Arena.ofAuto().allocate(0x4000, 4096);
    final List<String> exceptions = new ArrayList<>();
    final Cpu cpu;

    DecodingCpu(byte[] instruction) {
        MemorySegment.copy(MemorySegment.ofArray(instruction), 0, ram, CODE, instruction.length);
        cpu = new Cpu(new Pages(), environment(), new CodeCache());
        cpu.setGpr(Gpr.RDX, DATA);
        cpu.setGpr(Gpr.RDI, DATA + HostCpu.MEMORY);
        cpu.setRip(CODE);
    }

    DecodingCpu(String instruction) {
        this(HexFormat.of().parseHex(instruction));
    }

    /** One instruction; what it raises is in {@link #exceptions} as {@code vector/errorCode}. */
    void run() {
        cpu.setRip(CODE);
        cpu.run(1);
    }

    void run(OracleBench bench) {
        MemorySegment.copy(bench.block, 0, ram, DATA, 512);
        cpu.fpu().copyFrom(bench.state);
        cpu.setGpr(Gpr.RAX, bench.block.get(JAVA_LONG, HostCpu.RAX_IN));
        cpu.setRflags(bench.block.get(JAVA_LONG, HostCpu.FLAGS_IN));
        run();
        if (!exceptions.isEmpty()) {
            throw new AssertionError("expected no exception, got " + exceptions);
        }
        bench.state.copyFrom(cpu.fpu());
        MemorySegment.copy(ram, DATA, bench.block, 0, 512);
        bench.block.set(JAVA_LONG, HostCpu.RAX_OUT, cpu.gpr(Gpr.RAX));
        bench.block.set(JAVA_LONG, HostCpu.FLAGS_OUT, cpu.rflags());
    }

    /** Of all its hooks only exceptions are expected. */
    private CpuEnvironment environment() {
        return (CpuEnvironment) Proxy.newProxyInstance(
                CpuEnvironment.class.getClassLoader(),
                new Class<?>[] {CpuEnvironment.class},
                (proxy, method, arguments) -> {
                    String what =
                            method.getName().equals("exception") ? arguments[1] + "/" + arguments[2] : method.getName();
                    exceptions.add(what);
                    ((Cpu) arguments[0]).requestStop();
                    return null;
                });
    }

    private final class Pages implements AddressSpace {
        @Override
        public MemorySegment ram() {
            return ram;
        }

        @Override
        public long translate(Cpu by, long va, int access) {
            long page = va & -4096L;
            if (page != CODE && page != DATA) {
                throw by.pageFault(va, access == WRITE ? 2 : 0);
            }
            return page;
        }

        @Override
        public void trappedWrite(Cpu by, long va, int size, long value) {
            throw new AssertionError("no page traps its writes");
        }

        @Override
        public void markCode(long hostPage) {}
    }
}
