package dev.xenolith.guests;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.DomainSnapshot;
import dev.xenolith.engine.Hypervisor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringTokenizer;
import java.util.TreeMap;
import org.opentest4j.TestAbortedException;

/**
 * How fast guests run, in million instructions a CPU second: an ALU-heavy and a memory-heavy loop on our CPU, beside the
 * same loops as a Linux program on the real CPU and, where it is installed, under {@code qemu-x86_64}; and the boot of
 * Debian's kernel to its shell. Nothing is asserted of the time; run {@code main} with the number of rounds.
 */
final class GuestSpeedBenchmark {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int OUR_MILLIONS = 3000;
    private static final int PEER_MILLIONS = 10_000;
    private static final String ALU_LINE = "alu: \\d+ million.*result \\w{16}";
    private static final String MEMORY_LINE = "memory: \\d+ million.*result \\w{16}";
    private static final String OURS = "xenolith";

    private final Map<String, Double> mips = new TreeMap<>();

    private GuestSpeedBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        for (int round = 1; round <= rounds; round++) {
            System.out.printf("round %d of %d%n", round, rounds);
            GuestSpeedBenchmark benchmark = new GuestSpeedBenchmark();
            benchmark.program("native", List.of());
            benchmark.program("qemu-x86_64", List.of("qemu-x86_64"));
            benchmark.pebble();
            benchmark.boot();
            benchmark.printRatios();
        }
    }

    /** The loops as a Linux program, started by {@code runner}. */
    private void program(String name, List<String> runner) throws IOException, InterruptedException {
        Path loops = Files.createTempFile("loops", ".elf");
        try (var elf = GuestSpeedBenchmark.class.getResourceAsStream("/guests/loops.elf")) {
            Files.write(loops, Objects.requireNonNull(elf, "loops.elf").readAllBytes());
            if (!loops.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + loops + " executable");
            }
            List<String> command = new ArrayList<>(runner);
            command.addAll(List.of(loops.toString(), String.valueOf(PEER_MILLIONS)));
            for (String line : run(name, command)) {
                StringTokenizer words = new StringTokenizer(line);
                record(name, words.nextToken(), Long.parseLong(words.nextToken()), Long.parseLong(words.nextToken()));
            }
        } finally {
            Files.deleteIfExists(loops);
        }
    }

    private static List<String> run(String name, List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException notInstalled) {
            System.out.printf("  %-12s not installed%n", name);
            return List.of();
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + output);
        }
        return output.lines().toList();
    }

    private void pebble() {
        try (Hypervisor host = TestHost.start()) {
            PebbleGuest guest = PebbleGuest.start(host, 1024);
            guest.ask("bench 500", MEMORY_LINE);
            for (int i = 0; i < 2; i++) {
                DomainSnapshot start = guest.domain().snapshot();
                guest.console().type(guest.domain(), "bench " + OUR_MILLIONS);
                guest.console().await(ALU_LINE, LIMIT);
                DomainSnapshot middle = guest.domain().snapshot();
                guest.console().await(MEMORY_LINE, LIMIT);
                if (i > 0) {
                    record("alu", start, middle);
                    record("memory", middle, guest.domain().snapshot());
                }
            }
        }
    }

    private void boot() {
        try (Hypervisor host = TestHost.start()) {
            LinuxFiles files = LinuxFiles.orSkip("");
            LinuxGuest guest =
                    LinuxGuest.start(host, files, MemorySegment.ofArray(files.ramdisk()), 1, new ClockSpec.Real());
            DomainSnapshot start = guest.domain().snapshot();
            guest.console().await(LinuxGuest.PROMPT, LIMIT);
            record("boot", start, guest.domain().snapshot());
        } catch (TestAbortedException noGuest) {
            System.out.printf("  boot: %s%n", noGuest.getMessage());
        }
    }

    private void record(String loop, DomainSnapshot from, DomainSnapshot to) {
        record(OURS, loop, to.retiredInstructions() - from.retiredInstructions(), to.cpuNanos() - from.cpuNanos());
    }

    private void record(String name, String loop, long instructions, long nanos) {
        double rate = instructions * 1e3 / nanos;
        mips.put(name + " " + loop, rate);
        System.out.printf(
                Locale.ROOT,
                "  %-12s %-7s %,15d instructions %7.2f CPU s %8.0f MIPS%n",
                name,
                loop,
                instructions,
                nanos / 1e9,
                rate);
    }

    private void printRatios() {
        for (String loop : List.of("alu", "memory")) {
            double ours = mips.getOrDefault(OURS + " " + loop, 0.0);
            for (String peer : List.of("native", "qemu-x86_64")) {
                Double rate = mips.get(peer + " " + loop);
                if (rate != null) {
                    System.out.printf(Locale.ROOT, "  %-7s %s / %s = %.3f%n", loop, OURS, peer, ours / rate);
                }
            }
        }
    }
}
