package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ImageVoucher;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A guest that forks in a loop, counts seconds and re-hashes a tmpfs file is saved at a moment it does not choose; its
 * host ends; on another host other domains take its old frames, and two copies of it go on side by side.
 */
class LinuxSaveIT {

    static final String WORKLOAD = """
            #!/bin/sh
            dd if=/dev/urandom of=/tmp/blob bs=64k count=64 2>/dev/null
            want=$(sha256sum </tmp/blob)
            for load in $(seq $(nproc)); do (while :; do /bin/true; done) & done
            n=0
            while :; do
              n=$((n + 1))
              if [ "$(sha256sum </tmp/blob)" = "$want" ]; then verdict=GOOD; else verdict=BAD; fi
              echo "COUNT $n blob=$verdict now=$(date +%s)"
              sleep 1
            done
            """;
    static final String COUNT = "COUNT (\\d+) blob=(\\w+) now=(\\d+)";
    private static final String SLEEPING = "SLEEPING from=(\\d+)";
    private static final String SLEPT = "SLEPT till=(\\d+)";
    /** Patience with a busy machine, not how fast a guest must be. */
    static final Duration COUNT_LIMIT = Duration.ofMinutes(4);

    @TempDir
    Path folder;

    static int[][] rounds() {
        boolean endurance = "endurance".equals(System.getProperty("xenolith.rounds"));
        int[] vcpus =
                endurance ? new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4} : new int[] {1, 2};
        int[][] rounds = new int[vcpus.length][];
        for (int i = 0; i < vcpus.length; i++) {
            rounds[i] = new int[] {i, vcpus[i]};
        }
        return rounds;
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void goesOnTwiceAfterARestore(int[] round) throws Exception {
        var random = new Random(round[0]);
        LinuxFiles files = LinuxFiles.orSkip("");
        var ramdisk = files.ramdiskWith(new NewcArchive().executable("workload", WORKLOAD));
        Path image = folder.resolve("image");
        long savedCount;
        long savedDate;
        long sleepingFrom;
        SaveResult saved;
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = LinuxGuest.start(host, files, ramdisk, round[1], new ClockSpec.Real());
            guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
            guest.type("/workload &");
            guest.console().await(COUNT, COUNT_LIMIT);
            guest.type("(echo SLEEPING from=$(date +%s); sleep 5; echo SLEPT till=$(date +%s)) &");
            guest.console().await("SLEEPING from=\\d+", COUNT_LIMIT);
            Thread.sleep(random.nextInt(1000));
            guest.domain().pause();
            MatchResult last = lastMatch(COUNT, guest);
            sleepingFrom = Long.parseLong(lastMatch(SLEEPING, guest).group(1));
            savedCount = Long.parseLong(last.group(1));
            savedDate = Long.parseLong(last.group(3));
            saved = save(guest.domain(), image);
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            guest.assertNoComplaint();
        }
        try (Hypervisor host = TestHost.start()) {
            Domain squatter = TestHost.pebble(host, 16 * 256);
            // One whose types and counts are believed, one whose are made again.
            LinuxGuest first = restore(host, image, "first", new ImageVoucher(saved.voucher(), saved.sha256()));
            LinuxGuest second = restore(host, image, "second", null);
            assertThat(first.domain().stateDigest()).isEqualTo(saved.digest());
            assertThat(second.domain().stateDigest()).isEqualTo(saved.digest());
            Instant restoredAt = Instant.now();
            first.domain().unpause();
            second.domain().unpause();
            squatter.unpause();
            for (LinuxGuest copy : new LinuxGuest[] {first, second}) {
                assertGoesOn(copy, savedCount, savedDate, restoredAt);
                assertSleptFiveSeconds(copy, sleepingFrom);
                copy.assertNoComplaint();
            }
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    private static void assertGoesOn(LinuxGuest copy, long savedCount, long savedDate, Instant restoredAt) {
        long previous = -1;
        for (int i = 0; i < 4; i++) {
            MatchResult count = copy.console().await(COUNT, COUNT_LIMIT);
            long n = Long.parseLong(count.group(1));
            assertThat(count.group(2)).isEqualTo("GOOD");
            assertThat(n)
                    .isBetween(
                            previous < 0 ? savedCount + 1 : previous + 1, previous < 0 ? savedCount + 2 : previous + 1);
            // The guest's own clock goes on from the save: it does not know how long its image lay on a disk.
            long sinceRestore = Duration.between(restoredAt, Instant.now()).toSeconds();
            assertThat(Long.parseLong(count.group(3)) - savedDate).isBetween(0L, sinceRestore + 5);
            previous = n;
        }
    }

    /** The sleep that was in flight ends in time by the guest's clock; the shell that says so waits its turn under load. */
    private static void assertSleptFiveSeconds(LinuxGuest copy, long sleepingFrom) {
        await().atMost(COUNT_LIMIT).until(() -> copy.console().all().matches("(?s).*SLEPT till=\\d+\\s.*"));
        assertThat(Long.parseLong(lastMatch(SLEPT, copy).group(1)) - sleepingFrom)
                .isBetween(5L, 15L);
    }

    private static MatchResult lastMatch(String pattern, LinuxGuest guest) {
        return Pattern.compile(pattern)
                .matcher(guest.console().all())
                .results()
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static SaveResult save(Domain domain, Path image) throws Exception {
        try (var channel = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return domain.saveTransparent(new SaveSpec(channel, new byte[0], Progress.none()));
        }
    }

    private static LinuxGuest restore(Hypervisor host, Path image, String name, @Nullable ImageVoucher voucher)
            throws Exception {
        var console = new GuestConsole();
        var channel = FileChannel.open(image, StandardOpenOption.READ);
        Domain domain = host.restore(
                new RestoreSpec(channel, UUID.randomUUID(), name, new ClockSpec.Real(), console, Progress.none())
                        .withVoucher(voucher));
        return new LinuxGuest(domain, console);
    }
}
