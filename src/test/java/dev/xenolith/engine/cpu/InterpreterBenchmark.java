package dev.xenolith.engine.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/**
 * Guest instructions a CPU second of one carrier, for an ALU-heavy and a memory-heavy loop of gcc's code. Nothing is asserted
 * of the time; run {@code main}.
 */
final class InterpreterBenchmark {
    private static final long CODE = 0x40_0000;
    private static final long DATA = 0x60_0000;
    private static final long STACK = 0x80_0000;
    private static final long SLICE = 1_000_000;

    private InterpreterBenchmark() {}

    public static void main(String[] args) throws IOException {
        int repeats = args.length > 0 ? Integer.parseInt(args[0]) : 6;
        for (int i = 0; i < repeats; i++) {
            report("alu", 3_000_000);
            report("memory", 30);
        }
    }

    private static void report(String program, long rounds) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ram = arena.allocate(1 << 20, 4096);
            CodeCache cache = new CodeCache();
            PagedSpace space = new PagedSpace(ram, cache);
            RecordingEnvironment env = new RecordingEnvironment();
            Cpu cpu = new Cpu(space, env, cache);
            space.cpu = cpu;
            load(program, ram);
            for (int page = 0; page < 128; page++) {
                space.map(DATA + page * 4096L, 0x10000 + page * 4096L, PagedSpace.READABLE | PagedSpace.WRITABLE);
            }
            space.map(CODE, 0, PagedSpace.ALL);
            space.map(STACK - 4096, 0xf000, PagedSpace.READABLE | PagedSpace.WRITABLE);
            cpu.setRip(CODE);
            cpu.setGpr(Gpr.RSP, STACK - 64);
            cpu.setGpr(Gpr.RDI, rounds);
            cpu.setGpr(Gpr.RSI, DATA);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long start = threads.getCurrentThreadCpuTime();
            long retired = 0;
            while (env.calls.isEmpty()) {
                retired += cpu.run(SLICE);
            }
            double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%-7s %,14d instructions %6.2f s %6.0f MIPS  rax %016x%n",
                    program,
                    retired,
                    seconds,
                    retired / seconds / 1e6,
                    cpu.gpr(Gpr.RAX));
        }
    }

    private static void load(String program, MemorySegment ram) throws IOException {
        try (InputStream in = InterpreterBenchmark.class.getResourceAsStream(program + ".bin")) {
            if (in == null) {
                throw new IOException("no " + program + ".bin");
            }
            byte[] code = in.readAllBytes();
            MemorySegment.copy(MemorySegment.ofArray(code), 0, ram, 0, code.length);
        }
    }
}
