package dev.xenolith.engine.host;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/**
 * From the call to the first guest instruction: restores of transparent images of growing domains, a tenth of whose
 * memory is filled, warm in the page cache. Nothing is asserted of the time; run {@code main} with the number of rounds
 * and a folder.
 */
final class RestoreBenchmark {

    private static final int[] MIB = {64, 256, 1024, 4096};
    private static final int PAGES_PER_MIB = 256;
    private static final ClockSpec CLOCK = new ClockSpec.Virtual(1000, 1_700_000_000, 1);

    private RestoreBenchmark() {}

    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
        Path folder = args.length > 1 ? Path.of(args[1]) : Path.of("target");
        double[][] medians = new double[MIB.length][];
        for (int i = 0; i < MIB.length; i++) {
            Path image = folder.resolve("restore-benchmark.tmp");
            try {
                save(MIB[i] * PAGES_PER_MIB, image);
                medians[i] = medians(image, MIB[i] * PAGES_PER_MIB, rounds);
                System.out.printf(
                        Locale.ROOT,
                        "%5d MiB %8.1f ms, %5.2f of the smallest; %8.1f CPU ms, %5.2f of the smallest%n",
                        MIB[i],
                        medians[i][0],
                        medians[i][0] / medians[0][0],
                        medians[i][1],
                        medians[i][1] / medians[0][1]);
            } finally {
                Files.deleteIfExists(image);
            }
        }
    }

    private static void save(int pages, Path image) throws IOException {
        try (Xenolith host = new Xenolith(pages + (1 << 16), 1);
                FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Domain domain = FilledPebble.create(host, "saved", pages, CLOCK);
            domain.runInstructions(4_000_000);
            FilledPebble.fill(domain, pages / 10, 1);
            domain.saveTransparent(new SaveSpec(file, new byte[0], Progress.none()));
        }
    }

    /** Milliseconds, and milliseconds of the processor. */
    private static double[] medians(Path image, int pages, int rounds) throws IOException {
        double[] millis = new double[rounds];
        double[] cpuMillis = new double[rounds];
        try (Xenolith host = new Xenolith(2L * pages + (1 << 16), 1)) {
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                Domain domain = host.restore(new RestoreSpec(
                        FileChannel.open(image),
                        UUID.randomUUID(),
                        "restored",
                        CLOCK,
                        (bytes, from, length) -> {},
                        Progress.none()));
                domain.runInstructions(1);
                millis[round] = (System.nanoTime() - start) / 1e6;
                cpuMillis[round] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu) / 1e6;
                domain.destroy();
            }
        }
        Arrays.sort(millis);
        Arrays.sort(cpuMillis);
        return new double[] {millis[rounds / 2], cpuMillis[rounds / 2]};
    }
}
