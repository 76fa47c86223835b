package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.host.Xenolith;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Milliseconds from an image in Xen's format, warm in the page cache, to the restored guest's first instruction, and what
 * the checksums of such an image cost when it is taken in. Nothing is asserted of the time; run {@code main}.
 */
final class XenRestoreBenchmark {

    private static final int[] MIB = {64, 256, 1024};

    private XenRestoreBenchmark() {}

    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        double small = 0;
        warmUp();
        for (int mib : MIB) {
            Path path = Files.createTempFile("xenolith-restore", ".xlsave");
            try {
                new SyntheticImage(mib << 8).write(path).close();
                double median = report(mib, path, rounds);
                small = small == 0 ? median : small;
                System.out.printf(Locale.ROOT, "%5d MiB: %.1f times as long as 64 MiB%n", mib, median / small);
            } finally {
                Files.delete(path);
            }
        }
    }

    private static void warmUp() throws IOException {
        Path path = Files.createTempFile("xenolith-restore", ".xlsave");
        try (Xenolith host = new Xenolith(1 << 16, 1)) {
            new SyntheticImage(16 << 8).write(path).close();
            median(host, path, null, 100);
        } finally {
            Files.delete(path);
        }
    }

    private static double report(int mib, Path path, int rounds) throws IOException {
        try (Xenolith host = new Xenolith(3L << 18, 1);
                FileChannel image = FileChannel.open(path, StandardOpenOption.READ)) {
            long start = System.nanoTime();
            byte[] checksums = host.images().checksums(image, Progress.none());
            double taking = (System.nanoTime() - start) / 1e6;
            double bare = median(host, path, null, rounds);
            double checked = median(host, path, checksums, rounds);
            System.out.printf(
                    Locale.ROOT,
                    "%5d MiB: to the first instruction %.1f ms, with checksums %.1f ms; the checksums themselves %.0f ms%n",
                    mib,
                    bare,
                    checked,
                    taking);
            return checked;
        }
    }

    private static double median(Xenolith host, Path path, byte @Nullable [] sums, int rounds) throws IOException {
        double[] millis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            RestoreSpec spec = new RestoreSpec(
                            FileChannel.open(path, StandardOpenOption.READ),
                            UUID.randomUUID(),
                            "benchmark",
                            new ClockSpec.Virtual(1000, 1_700_000_000, 1),
                            (bytes, offset, length) -> {},
                            Progress.none())
                    .withChecksums(sums);
            long start = System.nanoTime();
            Domain domain = host.restore(spec);
            domain.runInstructions(1);
            millis[i] = (System.nanoTime() - start) / 1e6;
            domain.destroy();
        }
        Arrays.sort(millis);
        return millis[rounds / 2];
    }
}
