package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.Progress;
import dev.xenolith.engine.RestoreSpec;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guests that suspend themselves are saved as Xen does it, go on twice side by side on another host, are saved again and
 * go on once more: nothing is lost, no kernel complains, and the date is right at once.
 */
class CooperativeRestoreIT {

    private static final String WORKLOAD = """
            #!/bin/sh
            dd if=/dev/urandom of=/tmp/blob bs=64k count=16 2>/dev/null
            want=$(sha256sum </tmp/blob)
            (while :; do /bin/true; done) &
            n=0
            while :; do
              n=$((n + 1))
              if [ "$(sha256sum </tmp/blob)" = "$want" ]; then verdict=GOOD; else verdict=BAD; fi
              echo "COUNT $n blob=$verdict cpus=$(nproc) now=$(date +%s)"
              sleep 1
            done
            """;
    private static final String COUNT = "COUNT (\\d+) blob=(\\w+) cpus=(\\d+) now=(\\d+)";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    static int[] vcpus() {
        boolean endurance = "endurance".equals(System.getProperty("xenolith.rounds"));
        return endurance ? new int[] {1, 2, 4, 1, 2, 4} : new int[] {1, 2};
    }

    @ParameterizedTest
    @MethodSource("vcpus")
    void linuxGoesOn(int vcpus) throws Exception {
        LinuxFiles files = LinuxFiles.orSkip("");
        var ramdisk = files.ramdiskWith(new NewcArchive().executable("workload", WORKLOAD));
        Path image = folder.resolve("image");
        Saved saved;
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = LinuxGuest.start(host, files, ramdisk, vcpus, new ClockSpec.Real());
            guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
            guest.type("/workload &");
            guest.console().await("COUNT 2 ", LIMIT);
            saved = save(guest, image);
            guest.assertNoComplaint();
        }
        Path again = folder.resolve("again");
        try (Hypervisor host = TestHost.start()) {
            TestHost.pebble(host, 16 * 256).unpause();
            LinuxGuest first = restore(host, image);
            LinuxGuest second = restore(host, image);
            first.domain().unpause();
            second.domain().unpause();
            assertGoesOn(first, saved, vcpus);
            assertGoesOn(second, saved, vcpus);
            saved = save(first, again);
            first.domain().destroy();
            assertThat(verify(host, again)).isEmpty();
            LinuxGuest third = restore(host, again);
            third.domain().unpause();
            assertGoesOn(third, saved, vcpus);
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    @Test
    void pebbleGoesOn() throws Exception {
        Path image = folder.resolve("image");
        try (Hypervisor host = TestHost.start()) {
            PebbleGuest guest = PebbleGuest.start(host, 16 * 256);
            guest.console().type(guest.domain(), "spawn 3 5 0");
            suspend(guest.domain(), image);
        }
        try (Hypervisor host = TestHost.start()) {
            assertThat(verify(host, image)).isEmpty();
            for (int copy = 0; copy < 2; copy++) {
                LinuxGuest guest = restore(host, image);
                guest.domain().unpause();
                guest.console().type(guest.domain(), "hash");
                guest.console().await("0 changed: GOOD", LIMIT);
            }
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    /** How far a guest had counted, and by how many seconds its date was behind: a busy host makes its boot lose some. */
    private record Saved(long count, long secondsBehind) {}

    private static void assertGoesOn(LinuxGuest copy, Saved saved, int vcpus) {
        for (int i = 1; i <= 4; i++) {
            MatchResult line = copy.console().await(COUNT, LIMIT);
            assertThat(line.group(1)).isEqualTo(Long.toString(saved.count + i));
            assertThat(line.group(2)).isEqualTo("GOOD");
            assertThat(line.group(3)).isEqualTo(Integer.toString(vcpus));
        }
        // Of a line that is read as soon as it is printed.
        copy.console().skipToEnd();
        assertThat(secondsBehind(copy.console().await(COUNT, LIMIT)) - saved.secondsBehind)
                .as("seconds that the date lost")
                .isBetween(-10L, 10L);
        copy.assertNoComplaint();
    }

    private static long secondsBehind(MatchResult line) {
        return Instant.now().getEpochSecond() - Long.parseLong(line.group(4));
    }

    private static Saved save(LinuxGuest guest, Path path) throws Exception {
        guest.console().skipToEnd();
        long behind = secondsBehind(guest.console().await(COUNT, LIMIT));
        suspend(guest.domain(), path);
        long count = Pattern.compile(COUNT)
                .matcher(guest.console().all())
                .results()
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .max()
                .orElseThrow();
        return new Saved(count, behind);
    }

    private static void suspend(Domain domain, Path path) throws Exception {
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        await().atMost(LIMIT).until(() -> domain.snapshot().state() == DomainState.SUSPENDED);
        assertThat(domain.examineSuspension().errors()).isEmpty();
        try (var image = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            domain.saveCooperative(new SaveSpec(image, new byte[0], Progress.none()));
        }
    }

    private static List<?> verify(Hypervisor host, Path path) throws Exception {
        try (var image = FileChannel.open(path)) {
            return host.images().verify(image, Progress.none());
        }
    }

    private static LinuxGuest restore(Hypervisor host, Path path) throws Exception {
        var console = new GuestConsole();
        var image = FileChannel.open(path, StandardOpenOption.READ);
        byte[] checksums = host.images().checksums(image, Progress.none());
        Domain domain = host.restore(
                new RestoreSpec(image, UUID.randomUUID(), "copy", new ClockSpec.Real(), console, Progress.none())
                        .withChecksums(checksums));
        return new LinuxGuest(domain, console);
    }
}
