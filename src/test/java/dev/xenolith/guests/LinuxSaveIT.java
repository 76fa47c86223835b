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
import dev.xenolith.engine.host.ImageLab;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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

    /** How long images lay. */
    private static final List<Duration> AGES =
            List.of(Duration.ofSeconds(40), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(2));

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
        Duration age = AGES.get(round[0] % AGES.size());
        long savedCount;
        long sleepingFrom;
        SaveResult saved;
        Path old;
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = LinuxGuest.start(host, files, ramdisk, round[1], new ClockSpec.Real());
            guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
            // One copy will come of an image said to be so much older: that guest's date was behind by then.
            guest.type("date -s @$(($(date +%s) - " + age.toSeconds() + "))");
            guest.type("/workload &");
            guest.console().await(COUNT, COUNT_LIMIT);
            guest.type("(echo SLEEPING from=$(date +%s); sleep 5; echo SLEPT till=$(date +%s)) &");
            guest.console().await("SLEEPING from=\\d+", COUNT_LIMIT);
            Thread.sleep(random.nextInt(1000));
            guest.domain().pause();
            MatchResult last = lastMatch(COUNT, guest);
            sleepingFrom = Long.parseLong(lastMatch(SLEEPING, guest).group(1));
            savedCount = Long.parseLong(last.group(1));
            saved = save(guest.domain(), image);
            old = Files.write(folder.resolve("old"), new ImageLab(image).older(age));
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            guest.assertNoComplaint();
        }
        try (Hypervisor host = TestHost.start()) {
            Domain squatter = TestHost.pebble(host, 16 * 256);
            // One whose types and counts are believed, one that lay for long and whose are made again.
            LinuxGuest first = restore(host, image, "first", new ImageVoucher(saved.voucher(), saved.sha256()));
            LinuxGuest second = restore(host, old, "second", null);
            assertThat(first.domain().stateDigest()).isEqualTo(saved.digest());
            Instant restoredAt = Instant.now();
            first.domain().unpause();
            second.domain().unpause();
            squatter.unpause();
            for (LinuxGuest copy : new LinuxGuest[] {first, second}) {
                assertGoesOn(copy, savedCount);
                Duration behind = copy.equals(first) ? age : Duration.ZERO;
                assertDate(copy, behind);
                assertSlept(copy, sleepingFrom, restoredAt.minus(behind));
                copy.assertNoComplaint();
            }
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    /** Long enough for what Linux multiplies in 64 bits: 2^40 ns are 18 minutes. */
    @Test
    void anIdleGuestHasTheRightDateThoughItLayForDays() throws Exception {
        LinuxFiles files = LinuxFiles.orSkip("");
        Path image = folder.resolve("image");
        Duration age = Duration.ofDays(20);
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest =
                    LinuxGuest.start(host, files, files.ramdiskWith(new NewcArchive()), 2, new ClockSpec.Real());
            guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
            guest.type("date -s @$(($(date +%s) - " + age.toSeconds() + ")); echo S''ET");
            guest.console().await("SET", COUNT_LIMIT);
            guest.domain().pause();
            save(guest.domain(), image);
        }
        Path old = Files.write(folder.resolve("old"), new ImageLab(image).older(age));
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest copy = restore(host, old, "copy", null);
            copy.domain().unpause();
            assertDate(copy, Duration.ZERO);
            copy.type("sleep 2; echo SLE''PT");
            copy.console().await("SLEPT", COUNT_LIMIT);
            copy.assertNoComplaint();
        }
    }

    private static void assertGoesOn(LinuxGuest copy, long savedCount) {
        long previous = -1;
        for (int i = 0; i < 4; i++) {
            MatchResult count = copy.console().await(COUNT, COUNT_LIMIT);
            long n = Long.parseLong(count.group(1));
            assertThat(count.group(2)).isEqualTo("GOOD");
            assertThat(n)
                    .isBetween(
                            previous < 0 ? savedCount + 1 : previous + 1, previous < 0 ? savedCount + 2 : previous + 1);
            previous = n;
        }
    }

    /** Once it has made up for the minutes in which it lay on the disk. */
    private static void assertDate(LinuxGuest copy, Duration behind) {
        await().atMost(COUNT_LIMIT).until(() -> {
            long asked = Instant.now().getEpochSecond();
            copy.type("echo DATE $(date +%s)");
            MatchResult answer = copy.console().await("DATE (\\d+)", COUNT_LIMIT);
            long answered = Instant.now().getEpochSecond();
            long date = Long.parseLong(answer.group(1)) + behind.toSeconds();
            return date >= asked - 1 && date <= answered + 1;
        });
    }

    /** The sleep that was in flight ends in time; the shell that says so waits its turn under load. */
    private static void assertSlept(LinuxGuest copy, long from, Instant restored) {
        await().atMost(COUNT_LIMIT).until(() -> copy.console().all().matches("(?s).*SLEPT till=\\d+\\s.*"));
        long due = Math.max(from + 5, restored.getEpochSecond());
        assertThat(Long.parseLong(lastMatch(SLEPT, copy).group(1))).isBetween(from + 5, due + 15);
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
