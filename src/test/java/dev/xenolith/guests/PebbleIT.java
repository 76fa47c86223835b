package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.Hypervisor;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in guest does what its page in the docs says. */
class PebbleIT {

    /** The hashes of the first two processes, as real Xen 4.17 shows them: they follow from pid and pages alone. */
    private static final String FIRST_HASHES =
            "1 +4 +\\d+ \\w+ +4ceb6636c0a16540 0\\s+2 +3 +\\d+ \\w+ +c51989dae7ea7fe0 0";

    private final Hypervisor host = TestHost.start();

    @AfterEach
    void holdsTheInvariants() {
        try (host) {
            assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4 << 8, 64 << 8, 512 << 8})
    void bootsToAShellThatAnswers(long pages) {
        PebbleGuest guest = PebbleGuest.start(host, pages);
        guest.ask("calc 6*7", "\\s42\\s");
        guest.ask("mem", "pages: " + pages + " in all");
        guest.assertProcessesUnharmed();
        guest.ask("ps", FIRST_HASHES);
    }

    @Test
    void runsBusyProcessesInTurn() {
        PebbleGuest guest = PebbleGuest.start(host, 8 << 8);
        guest.ask("spawn 3 20 0", "process 5");
        guest.assertProcessesUnharmed();
        guest.ask("tick on", "TICK 3");
        guest.ask("ps", "3 +20 +[1-9]\\d* ready[^\\n]+\\s+4 +20 +[1-9]\\d* ready[^\\n]+\\s+5 +20 +[1-9]");
    }

    @Test
    void losesNoPageToProcessesThatComeAndGo() {
        PebbleGuest guest = PebbleGuest.start(host, 4 << 8);
        String before = guest.ask("mem", "\\d+ in use");
        guest.ask("stress 20 40", "20 processes came and went, 0 changed");
        assertThat(guest.ask("mem", "\\d+ in use")).isEqualTo(before);
        guest.ask("spawn 1 100000", "a process has 1 to 65536 pages");
        guest.ask("spawn 1 2000", "not enough memory");
    }

    @Test
    void looksAtItselfThroughRecursiveMappings() {
        PebbleGuest guest = PebbleGuest.start(host, 4 << 8);
        guest.ask("walk 1", "6 pages mapped, 0 entries differ");
        guest.ask("walk 2", "5 pages mapped, 0 entries differ");
        guest.ask("stop 2", PebbleGuest.PROMPT);
        guest.ask("walk 2", "its page tables are not pinned");
        guest.ask("cont 2", PebbleGuest.PROMPT);
        guest.assertProcessesUnharmed();
    }

    @Test
    void saysWhyItPanics() {
        PebbleGuest guest = PebbleGuest.start(host, 4 << 8);
        guest.ask(
                "crash",
                "panic: fault in the kernel\\s+vector 14 error 2 [^\\n]+\\s+rsp \\w+ ss e02b cr2 0000000000000010");
        await().atMost(PebbleGuest.LIMIT).until(() -> guest.domain().snapshot().state() == DomainState.CRASHED);
        assertThat(guest.domain().snapshot().crashReason()).isEqualTo(CrashReason.GUEST_PANIC);
    }

    @Test
    void costsNextToNothingWhenIdle() throws InterruptedException {
        PebbleGuest guest = PebbleGuest.start(host, 4 << 8);
        guest.assertProcessesUnharmed();
        Thread.sleep(500); // the count is brought up to date when a slice ends
        long before = guest.domain().snapshot().retiredInstructions();
        Thread.sleep(8000);
        assertThat(guest.domain().snapshot().retiredInstructions() - before).isBetween(8 * 1000L, 8 * 20_000L);
    }
}
