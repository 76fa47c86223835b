package dev.xenolith.guests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.DomainSnapshot;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.Hypervisor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that tries what it may not gets the errno or the fault that real Xen gives, line by line as recorded there
 * ({@code hostile.expected}), and disturbs nobody: a neighbour's processes go on unharmed, and every invariant holds.
 */
class HostileGuestIT {

    private static final long PAGES = 4 << 8;

    /** What we answer differently on purpose. */
    private static final Map<String, String> OURS = Map.of(
            // We take what a guest says on the emergency console into our log; a release build of Xen refuses it.
            "console_io 0: -1 -1 -1", "console_io 0: -14 -14 -14",
            // Transfers are off, as with Xen's option gnttab=no-transfer.
            "grant_table_op 4: -14 -14 -14", "grant_table_op 4: -95 -95 -95");

    private final Hypervisor host = TestHost.start();
    private PebbleGuest neighbour;

    HostileGuestIT() {
        neighbour = PebbleGuest.start(host, PAGES);
    }

    @BeforeEach
    void busyNeighbour() {
        neighbour.ask("spawn 1 50 0", "process 3");
    }

    @AfterEach
    void disturbsNobody() {
        try (host) {
            neighbour.assertProcessesUnharmed();
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
            assertThat(host.host().degraded()).isEmpty();
        }
    }

    @Test
    void isAnsweredAsByRealXen() throws IOException {
        PebbleGuest guest = start("");
        guest.console().await("hostile: end", PebbleGuest.LIMIT.multipliedBy(2));
        List<String> got = guest.console().all().lines().map(String::strip).toList();
        assertThat(differences(expected(), got)).isEmpty();
        assertThat(guest.domain().snapshot().state()).isEqualTo(DomainState.RUNNING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-stack",
                "stack-in-xen",
                "no-traps",
                "endless-fault",
                "wild-iret",
                "iret-to-xen",
                "iret-to-user"
            })
    void crashesWhereXenCannotTellIt(String ending) {
        PebbleGuest guest = start(ending);
        await().atMost(PebbleGuest.LIMIT).until(() -> guest.domain().snapshot().state() == DomainState.CRASHED);
        DomainSnapshot crashed = guest.domain().snapshot();
        assertThat(crashed.crashReason()).isEqualTo(CrashReason.TRIPLE_FAULT);
        assertThat(crashed.detail()).isNotBlank();
        guest.domain().destroy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop", "loop-of-faults", "loop-of-hypercalls"})
    void canBePausedAndDestroyedHoweverBusyItIs(String ending) {
        PebbleGuest guest = start(ending);
        guest.console().await("hostile: " + ending, PebbleGuest.LIMIT);
        neighbour.assertProcessesUnharmed();
        guest.domain().pause();
        assertThat(guest.domain().snapshot().state()).isEqualTo(DomainState.PAUSED);
        guest.domain().unpause();
        assertThat(guest.domain().snapshot().state()).isEqualTo(DomainState.RUNNING);
        guest.domain().destroy();
        assertThat(host.domain(guest.domain().domid())).isEmpty();
    }

    @Test
    void goesOnWithoutItsRings() {
        PebbleGuest guest = start("smash-rings");
        guest.console().await("hostile: end", PebbleGuest.LIMIT);
        neighbour.assertProcessesUnharmed();
        assertThat(guest.domain().snapshot().state()).isEqualTo(DomainState.RUNNING);
        guest.domain().destroy();
    }

    private PebbleGuest start(String commandLine) {
        return PebbleGuest.start(host, "hostile", PAGES, commandLine, new ClockSpec.Real());
    }

    private static List<String> expected() throws IOException {
        try (var resource = HostileGuestIT.class.getResourceAsStream("/guests/hostile.expected")) {
            String text = new String(Objects.requireNonNull(resource).readAllBytes(), US_ASCII);
            return text.lines().map(line -> OURS.getOrDefault(line, line)).toList();
        }
    }

    /** Line by line: expected, got. */
    private static Map<String, String> differences(List<String> expected, List<String> got) {
        Map<String, String> differences = new LinkedHashMap<>();
        for (int i = 0; i < Math.max(expected.size(), got.size()); i++) {
            String want = i < expected.size() ? expected.get(i) : "(nothing) " + i;
            String have = i < got.size() ? got.get(i) : "(nothing)";
            if (!want.equals(have)) {
                differences.put(want, have);
            }
        }
        return differences;
    }
}
