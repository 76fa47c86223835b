package dev.xenolith.engine.checkpoint.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.EngineException;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.ImageFinding;
import dev.xenolith.engine.ImageIncompatibleException;
import dev.xenolith.engine.ImageInfo;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.host.Xenolith;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images with something wrong in them, made at random with a knowledge of their structure, for as many seconds as {@code
 * xenolith.fuzz.seconds} says. Each is refused by one of the engine's errors, or makes a domain that may crash and can do
 * no other harm: every count holds, no check of the engine's own fails, and every frame comes back. A failure names the
 * seed of its round, which {@code xenolith.fuzz.seed} begins with.
 */
class XenImageFuzzIT {

    private static final long SECONDS = Long.getLong("xenolith.fuzz.seconds", 5);
    private static final long FIRST_SEED = Long.getLong("xenolith.fuzz.seed", System.nanoTime() & 0xffff_ffffL);
    private static final long INSTRUCTIONS = 3000;

    /** Of rounds, so that both kinds are met at all. */
    private static final int ROUNDS_MIN = 200;

    @TempDir
    Path folder;

    private int refused;
    private int restored;

    @Test
    @Timeout(600)
    void survivesAnyImage() throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        try (Xenolith host = new Xenolith(2000, 1)) {
            long free = host.host().freeFrames();
            for (long seed = FIRST_SEED; System.nanoTime() < end || refused + restored < ROUNDS_MIN; seed++) {
                round(host, seed);
                assertThat(host.domains()).as("seed %d", seed).isEmpty();
                assertThat(host.host().freeFrames()).as("seed %d", seed).isEqualTo(free);
            }
        }
        System.getLogger(XenImageFuzzIT.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "fuzzed images from seed {0}: {1} refused, {2} restored",
                        FIRST_SEED,
                        refused,
                        restored);
        assertThat(refused).isPositive();
        assertThat(restored).isPositive();
    }

    private void round(Xenolith host, long seed) throws IOException {
        Random random = new Random(seed);
        ImageMutation mutation = new ImageMutation(random);
        try (FileChannel channel = mutation.write(folder.resolve("image"))) {
            inspect(host, channel);
            byte @Nullable [] checksums = mutation.changesLater() ? checksums(host, channel) : null;
            mutation.changeFile(channel);
            List<ImageFinding> findings = host.images().verify(channel, Progress.none());
            run(host, seed, restore(host, channel, checksums, findings, seed));
            restored++;
        } catch (EngineException e) {
            assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            refused++;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void inspect(Xenolith host, FileChannel channel) {
        ImageInfo info = host.images().inspect(channel);
        assertThat(info.format()).isEqualTo("xen");
    }

    private static byte[] checksums(Xenolith host, FileChannel channel) {
        return host.images().checksums(channel, Progress.none());
    }

    /** What a restore refuses, verify has told of; a byte that changed is found by its checksum alone. */
    private static Domain restore(
            Xenolith host, FileChannel channel, byte @Nullable [] checksums, List<ImageFinding> findings, long seed) {
        try {
            return restore(host, channel, checksums);
        } catch (ImageCorruptException | ImageIncompatibleException e) {
            if (checksums == null) {
                assertThat(findings).as("seed %d: %s", seed, e.getMessage()).isNotEmpty();
            }
            throw e;
        }
    }

    private static Domain restore(Xenolith host, FileChannel channel, byte @Nullable [] checksums) {
        return host.restore(new RestoreSpec(
                        channel,
                        UUID.randomUUID(),
                        "fuzz",
                        new ClockSpec.Virtual(1000, 1_700_000_000, 1),
                        (bytes, offset, length) -> {},
                        Progress.none())
                .withChecksums(checksums));
    }

    private static void run(Xenolith host, long seed, Domain domain) {
        try {
            assertThat(host.audit(Optional.empty()).violations())
                    .as("seed %d", seed)
                    .isEmpty();
            domain.runInstructions(INSTRUCTIONS);
            assertThat(host.host().degraded()).as("seed %d", seed).isEmpty();
            assertThat(host.audit(Optional.empty()).violations())
                    .as("seed %d", seed)
                    .isEmpty();
        } finally {
            domain.destroy();
        }
    }
}
