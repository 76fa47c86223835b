package dev.xenolith.control;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Service;

/** A domain's console: what it printed, and what is typed at it. */
@Service
public class Consoles {

    private static final long PATIENCE_MILLIS = 5_000;
    private static final long PAUSE_MILLIS = 5;
    private static final Set<LifecycleState> LISTENING = Set.of(LifecycleState.RUNNING, LifecycleState.PAUSED);

    private final Seats seats;
    private final ConsoleLogs logs;

    Consoles(Seats seats, ConsoleLogs logs) {
        this.seats = seats;
        this.logs = logs;
    }

    /** Also of a domain that is shut off. */
    public ConsoleLog log(String reference) {
        return logs.of(seats.resolve(reference).id());
    }

    /** Types; a guest that reads slowly is waited for a moment. */
    public void type(String reference, byte[] bytes) throws InterruptedException {
        DomainDefinition domain = seats.resolve(reference);
        LiveDomain live = seats.of(domain.id()).live();
        if (live == null || !LISTENING.contains(domain.state())) {
            throw ActionTable.notListening(domain);
        }
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        int taken = live.engine().consoleInput(bytes);
        while (taken < bytes.length && System.currentTimeMillis() < deadline) {
            Thread.sleep(PAUSE_MILLIS);
            taken += live.engine().consoleInput(Arrays.copyOfRange(bytes, taken, bytes.length));
        }
        if (taken < bytes.length) {
            throw new ProblemException(
                    ProblemType.LIMIT_EXCEEDED,
                    "the guest does not read its console: took " + taken + " of " + bytes.length + " bytes",
                    Map.of("limit", "console-input-queue", "maximum", taken, "value", bytes.length));
        }
    }
}
