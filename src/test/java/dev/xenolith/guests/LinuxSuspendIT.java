package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.Finding;
import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.XenstoreEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Linux suspends and is told "cancelled", again and again, while it forks, counts and hashes: nothing leaks, its clocks
 * stay with the host's, and it has nothing to complain of.
 */
class LinuxSuspendIT {

    private static final String WORKLOAD = """
            #!/bin/sh
            dd if=/dev/urandom of=/tmp/blob bs=64k count=4 2>/dev/null
            want=$(sha256sum </tmp/blob)
            for load in $(seq $(nproc)); do (while :; do /bin/true; sleep 0.5; done) & done
            n=0
            while :; do
              n=$((n + 1))
              if [ "$(sha256sum </tmp/blob)" = "$want" ]; then verdict=GOOD; else verdict=BAD; fi
              read up idle </proc/uptime
              echo "COUNT $n blob=$verdict now=$(date +%s) up=$up."
              sleep 0.2
            done
            """;
    private static final String COUNT = "COUNT (\\d+) blob=(\\w+) now=(\\d+) up=([0-9.]+)\\.";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int SAMPLES = 10;

    /** What must be the same after many suspends as after the first. */
    private record Holdings(long pages, long free, List<Integer> grants, List<String> channels, List<String> nodes) {

        static Holdings of(Hypervisor host, Domain domain) {
            return new Holdings(
                    domain.snapshot().pages(),
                    host.host().freeFrames(),
                    domain.grants().stream().map(GrantSnapshot::ref).sorted().toList(),
                    domain.eventChannels().stream().map(Holdings::describe).toList(),
                    domain.xenstore().stream().map(XenstoreEntry::path).sorted().toList());
        }

        private static String describe(EventChannelSnapshot channel) {
            return channel.port() + " " + channel.kind() + " " + channel.target() + " vcpu " + channel.vcpu();
        }
    }

    private static int cycles() {
        return "endurance".equals(System.getProperty("xenolith.rounds")) ? 100 : 4;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void suspendsAndGoesOn(int vcpus) throws Exception {
        LinuxFiles files = LinuxFiles.orSkip("");
        var ramdisk = files.ramdiskWith(new NewcArchive().executable("workload", WORKLOAD));
        var random = new Random(vcpus);
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = LinuxGuest.start(host, files, ramdisk, vcpus, new ClockSpec.Real());
            guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
            guest.type("/workload &");
            guest.console().await(COUNT, LIMIT);
            suspend(guest.domain());
            Holdings first = Holdings.of(host, guest.domain());
            guest.domain().resume();
            double lagBefore = lag(guest);

            for (int cycle = 0; cycle < cycles(); cycle++) {
                Thread.sleep(random.nextInt(300));
                suspend(guest.domain());
                SuspendExamination found = guest.domain().examineSuspension();
                assertThat(found.errors()).as("cycle %d", cycle).isEmpty();
                // Linux leaves the bytes of page tables it has freed where they were.
                assertThat(found.warnings()).extracting(Finding::code).isSubsetOf("table-like-page");
                assertThat(host.audit(Optional.empty()).violations()).isEmpty();
                assertThat(Holdings.of(host, guest.domain()))
                        .as("cycle %d", cycle)
                        .isEqualTo(first);
                guest.domain().resume();
                guest.console().skipToEnd();
                assertThat(guest.console().await(COUNT, LIMIT).group(2)).isEqualTo("GOOD");
            }

            double drift = lag(guest) - lagBefore;
            System.getLogger("LinuxSuspendIT")
                    .log(System.Logger.Level.INFO, "{0} vcpus, {1} cycles: drift {2} s", vcpus, cycles(), drift);
            assertThat(drift).isBetween(-0.5, 0.5);
            guest.assertNoComplaint();
        }
    }

    private static void suspend(Domain domain) {
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> domain.snapshot().state() == DomainState.SUSPENDED);
    }

    /** Seconds from the guest's time since boot to the host's clock: the least of a few, since a line may come late. */
    private static double lag(LinuxGuest guest) {
        double least = Double.MAX_VALUE;
        for (int sample = 0; sample < SAMPLES; sample++) {
            guest.console().skipToEnd();
            MatchResult count = guest.console().await(COUNT, LIMIT);
            double now = System.currentTimeMillis() / 1000.0;
            least = Math.min(least, now - Double.parseDouble(count.group(4)));
        }
        return least;
    }
}
