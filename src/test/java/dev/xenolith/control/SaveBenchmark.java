package dev.xenolith.control;

import com.sun.management.OperatingSystemMXBean;
import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.host.FilledPebble;
import dev.xenolith.engine.host.Xenolith;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Saves of a domain of 1 GiB with 600 MB that are not zero, transparent and cooperative, forced to the disk, beside a
 * plain forced write of the same bytes to the same disk, and beside one thread that only digests them: an image has a
 * SHA-256, so no save is faster than that. Nothing is asserted of the time; run {@code main} with the number of rounds
 * and a folder.
 */
final class SaveBenchmark {

    private static final int PAGES = 1 << 18;
    private static final int FILLED = 600_000_000 / 4096;
    private static final String PLAIN = "plain write";
    private static final int PLAIN_BLOCK = 1 << 20;

    private final Path folder;
    private final Xenolith host = new Xenolith(2 * PAGES + (1 << 16), 1);
    private final Map<String, List<Double>> rates = new TreeMap<>();

    private SaveBenchmark(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        Path folder = args.length > 1 ? Path.of(args[1]) : Path.of("target");
        SaveBenchmark benchmark = new SaveBenchmark(folder);
        benchmark.run(rounds);
        benchmark.host.close();
    }

    private void run(int rounds) throws Exception {
        Domain paused = FilledPebble.create(host, "paused", PAGES, new ClockSpec.Real());
        Domain suspended = FilledPebble.create(host, "suspended", PAGES, new ClockSpec.Real());
        suspend(suspended);
        FilledPebble.fill(paused, FILLED, 1);
        FilledPebble.fill(suspended, FILLED, 2);
        ByteBuffer bytes = bytesOf(paused);
        for (int round = 1; round <= rounds; round++) {
            System.out.printf("round %d of %d%n", round, rounds);
            time(PLAIN, path -> writePlainly(bytes.duplicate(), path));
            digest(bytes.duplicate());
            time("transparent", kept(file -> paused.saveTransparent(new SaveSpec(file, new byte[0], Progress.none()))));
            time(
                    "cooperative",
                    kept(file -> suspended.saveCooperative(new SaveSpec(file, new byte[0], Progress.none()))));
        }
        printRatios();
    }

    private interface Writing {
        void to(Path path) throws IOException;
    }

    private interface Saving {
        void to(WritableByteChannel image);
    }

    /** As a checkpoint is stored. */
    private static Writing kept(Saving saving) {
        return path -> {
            try (DurableFile file = DurableFile.large(new RealDisk(), path)) {
                saving.to(file);
                file.commit();
            }
        };
    }

    private void time(String what, Writing writing) throws IOException {
        Path path = folder.resolve("save-benchmark");
        long startCpu = cpuNanos();
        long start = System.nanoTime();
        try {
            writing.to(path);
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpu = (cpuNanos() - startCpu) / 1e9;
            double rate = Files.size(path) / 1e6 / seconds;
            rates.computeIfAbsent(what, first -> new ArrayList<>()).add(rate);
            System.out.printf(Locale.ROOT, "  %-12s %6.3f s %7.0f MB/s %6.3f CPU s%n", what, seconds, rate, cpu);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private void digest(ByteBuffer bytes) {
        double size = bytes.remaining();
        MessageDigest digest = DurableFile.sha256Digest();
        long start = System.nanoTime();
        digest.update(bytes);
        digest.digest();
        double rate = size / 1e6 / ((System.nanoTime() - start) / 1e9);
        rates.computeIfAbsent("SHA-256", first -> new ArrayList<>()).add(rate);
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private void printRatios() {
        List<Double> plain = rates.getOrDefault(PLAIN, List.of(0.0));
        rates.forEach((what, each) -> System.out.printf(
                Locale.ROOT,
                "%-12s median %5.0f MB/s, %4.2f of the plain write; best %5.0f MB/s, %4.2f%n",
                what,
                median(each),
                median(each) / median(plain),
                Collections.max(each),
                Collections.max(each) / Collections.max(plain)));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void writePlainly(ByteBuffer bytes, Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                ByteBuffer block = bytes.slice(bytes.position(), Math.min(PLAIN_BLOCK, bytes.remaining()));
                bytes.position(bytes.position() + block.remaining());
                while (block.hasRemaining()) {
                    file.write(block);
                }
            }
            file.force(true);
        }
    }

    /** The image, in memory. */
    private ByteBuffer bytesOf(Domain paused) throws IOException {
        Path path = folder.resolve("save-benchmark.tmp");
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            paused.saveTransparent(new SaveSpec(file, new byte[0], Progress.none()));
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) file.size());
            file.position(0);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
            return bytes.flip();
        } finally {
            Files.delete(path);
        }
    }

    private static void suspend(Domain domain) throws InterruptedException {
        domain.unpause();
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        while (domain.snapshot().state() != DomainState.SUSPENDED) {
            Thread.sleep(10);
        }
    }
}
