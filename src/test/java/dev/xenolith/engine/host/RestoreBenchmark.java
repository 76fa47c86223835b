package dev.xenolith.engine.host;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveResult;
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
import org.jspecify.annotations.Nullable;

/**
 * From the call to the first guest instruction: restores of transparent images of growing domains, a tenth of whose
 * memory is filled, warm in the page cache; with the voucher of a checkpoint taken here, and without, as an upload is. Nothing is asserted of the time; run {@code main} with the number of rounds
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
        double[][] vouched = new double[MIB.length][];
        double[][] alone = new double[MIB.length][];
        for (int i = 0; i < MIB.length; i++) {
            Path image = folder.resolve("restore-benchmark.tmp");
            try {
                ImageVoucher voucher = save(MIB[i] * PAGES_PER_MIB, image);
                vouched[i] = medians(image, voucher, MIB[i] * PAGES_PER_MIB, rounds);
                alone[i] = medians(image, null, MIB[i] * PAGES_PER_MIB, rounds);
                print(MIB[i], "with voucher", vouched[i], vouched[0]);
                print(MIB[i], "without", alone[i], alone[0]);
            } finally {
                Files.deleteIfExists(image);
            }
        }
    }

    private static void print(int mib, String how, double[] medians, double[] smallest) {
        System.out.printf(
                Locale.ROOT,
                "%5d MiB %-12s %8.1f ms, %5.2f of the smallest; %8.1f CPU ms, %5.2f of the smallest%n",
                mib,
                how,
                medians[0],
                medians[0] / smallest[0],
                medians[1],
                medians[1] / smallest[1]);
    }

    private static ImageVoucher save(int pages, Path image) throws IOException {
        try (Xenolith host = new Xenolith(pages + (1 << 16), 1);
                FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Domain domain = FilledPebble.create(host, "saved", pages, CLOCK);
            domain.runInstructions(4_000_000);
            FilledPebble.fill(domain, pages / 10, 1);
            SaveResult saved = domain.saveTransparent(new SaveSpec(file, new byte[0], Progress.none()));
            return new ImageVoucher(saved.voucher(), saved.sha256());
        }
    }

    /** Milliseconds, and milliseconds of the processor. */
    private static double[] medians(Path image, @Nullable ImageVoucher voucher, int pages, int rounds)
            throws IOException {
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
                                Progress.none())
                        .withVoucher(voucher));
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
