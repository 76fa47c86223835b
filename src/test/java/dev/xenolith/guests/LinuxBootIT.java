package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ShutdownRequest;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's own kernel boots to a shell that computes, keeps time, and ends when asked to. */
class LinuxBootIT {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void bootsToAShellThatAnswers(int vcpus) throws Exception {
        LinuxFiles files = LinuxFiles.orSkip("");
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = boot(host, files, vcpus);
            guest.type("echo answer=$((6*7)) cpus=$(nproc) sse3=$(grep -cw pni /proc/cpuinfo) now=$(date +%s)");
            var answer = guest.console().await("answer=42 cpus=(\\d+) sse3=(\\d+) now=(\\d+)", ANSWER_LIMIT);
            assertThat(Integer.parseInt(answer.group(1))).isEqualTo(vcpus);
            assertThat(Integer.parseInt(answer.group(2))).isEqualTo(vcpus);
            assertThat(Instant.ofEpochSecond(Long.parseLong(answer.group(3))))
                    .isBetween(Instant.now().minusSeconds(5), Instant.now().plusSeconds(2));
            guest.type("poweroff");
            await().atMost(ANSWER_LIMIT).until(() -> guest.domain().snapshot().state() == DomainState.SHUTDOWN);
            assertThat(guest.domain().snapshot().shutdownReason()).isEqualTo(ShutdownReason.POWEROFF);
            guest.assertNoComplaint();
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"POWEROFF, POWEROFF", "REBOOT, REBOOT"})
    void endsWhenTheToolstackAsks(ShutdownRequest request, ShutdownReason reason) throws Exception {
        LinuxFiles files = LinuxFiles.orSkip("");
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = boot(host, files, 1);
            guest.domain().requestShutdown(request);
            await().atMost(ANSWER_LIMIT).until(() -> guest.domain().snapshot().state() == DomainState.SHUTDOWN);
            assertThat(guest.domain().snapshot().shutdownReason()).isEqualTo(reason);
            guest.assertNoComplaint();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.10", "6.12", "6.1-amd64"})
    void otherKernelsBootToo(String kernel) throws Exception {
        LinuxFiles files = LinuxFiles.orSkip(kernel);
        try (Hypervisor host = TestHost.start()) {
            LinuxGuest guest = boot(host, files, 2);
            guest.type("echo answer=$((6*7))");
            guest.console().await("answer=42", ANSWER_LIMIT);
            guest.assertNoComplaint();
        }
    }

    private static LinuxGuest boot(Hypervisor host, LinuxFiles files, int vcpus) {
        LinuxGuest guest =
                LinuxGuest.start(host, files, MemorySegment.ofArray(files.ramdisk()), vcpus, new ClockSpec.Real());
        guest.console().await(LinuxGuest.PROMPT, LinuxGuest.BOOT_LIMIT);
        return guest;
    }
}
