package dev.xenolith.control;

import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspendExamination;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * What only the guest can do: power off, reboot, suspend. It is asked over xenstore, as Xen's toolstack does, and has a time to
 * act; {@link GuestEvents} sees what it does. A guest that does nothing goes on as before.
 */
@Service
public class GuestRequests {

    public static final int DEFAULT_TIMEOUT_SECONDS = 60;
    public static final int LONGEST_TIMEOUT_SECONDS = 600;

    private final Seats seats;
    private final Operations operations;
    private final DomainStore domains;
    private final Transitions transitions;

    GuestRequests(Seats seats, Operations operations, DomainStore domains, Transitions transitions) {
        this.seats = seats;
        this.operations = operations;
        this.domains = domains;
        this.transitions = transitions;
    }

    /**
     * The answer to a request that may have nothing to do.
     *
     * @param operation null where the domain is in the wanted state already
     */
    public record Asked(DomainDefinition domain, @Nullable Operation operation) {}

    public Asked shutdown(String reference, @Nullable Integer timeoutSeconds) {
        return request(OperationKind.SHUTDOWN, Action.SHUTDOWN, reference, timeoutSeconds);
    }

    public Asked reboot(String reference, @Nullable Integer timeoutSeconds) {
        return request(OperationKind.REBOOT, Action.REBOOT, reference, timeoutSeconds);
    }

    /** Its result says what was found of the suspended domain. */
    public Asked suspend(String reference, @Nullable Integer timeoutSeconds) {
        return request(OperationKind.SUSPEND, Action.SUSPEND, reference, timeoutSeconds);
    }

    private Asked request(OperationKind kind, Action action, String reference, @Nullable Integer timeoutSeconds) {
        long timeout = timeoutNanos(timeoutSeconds);
        return seats.act(
                reference,
                action,
                (seat, domain) -> new Asked(domain, submit(kind, seat, domain, timeout)),
                domain -> new Asked(domain, null));
    }

    static long timeoutNanos(@Nullable Integer seconds) {
        int timeout = seconds == null ? DEFAULT_TIMEOUT_SECONDS : seconds;
        if (timeout < 1 || timeout > LONGEST_TIMEOUT_SECONDS) {
            throw ProblemException.field(
                    "/timeoutSeconds", "expected 1 to " + LONGEST_TIMEOUT_SECONDS + ", got " + timeout);
        }
        return TimeUnit.SECONDS.toNanos(timeout);
    }

    private Operation submit(OperationKind kind, Seat seat, DomainDefinition domain, long timeout) {
        return operations.submit(
                kind,
                new Operation.Target("domain", domain.id(), domain.name()),
                List.of(seat),
                (operation, journal) -> ask(kind, seat, timeout, operation, journal),
                () -> {});
    }

    private Operation.Result ask(
            OperationKind kind, Seat seat, long timeout, RunningOperation operation, Journal journal)
            throws InterruptedException {
        seat.lock.lock();
        try {
            LiveDomain asked = Lifecycle.requireLive(seat);
            seat.expectSuspend(kind == OperationKind.SUSPEND);
            operation.phase("ask-guest");
            asked.engine().requestShutdown(requestOf(kind));
            journal.done("ask the guest", () -> withdraw(seat, asked));
            operation.phase("wait-for-guest");
            long left = timeout;
            while (seat.live() == asked && stillRuns(seat)) {
                operation.checkCancelled();
                if (left <= 0) {
                    throw uncooperative(kind.wire(), timeout);
                }
                left = seat.awaitChange(left);
            }
            if (kind == OperationKind.SUSPEND) {
                return examined(seat, asked, operation, journal);
            }
            journal.commit();
            return Operation.Result.of(outcome(kind, seat), Map.of());
        } finally {
            seat.expectSuspend(false);
            seat.lock.unlock();
        }
    }

    /**
     * Suspends the guest as a step of another operation; its journal then lets the guest go on.
     *
     * @return false for a guest that does not suspend in time, or does something else: it goes on as before. The same where
     *     the operation must end, and cannot be undone any more
     */
    boolean suspendWithin(Seat seat, long timeout, RunningOperation operation, Journal journal)
            throws InterruptedException {
        seat.lock.lock();
        LiveDomain asked = Lifecycle.requireLive(seat);
        try {
            seat.expectSuspend(true);
            operation.phase("suspend");
            asked.engine().requestShutdown(ShutdownRequest.SUSPEND);
            journal.done("ask the guest", () -> withdraw(seat, asked));
            long left = timeout;
            while (seat.live() == asked && stillRuns(seat) && left > 0 && !operation.mustHurry()) {
                operation.checkCancelled();
                left = seat.awaitChange(left);
            }
            if (seat.live() != asked || current(seat).state() != LifecycleState.SUSPENDED) {
                withdraw(seat, asked);
                return false;
            }
            journal.done("suspend", () -> goOn(seat, asked));
            return true;
        } finally {
            seat.expectSuspend(false);
            seat.lock.unlock();
        }
    }

    private static ShutdownRequest requestOf(OperationKind kind) {
        return switch (kind) {
            case SUSPEND -> ShutdownRequest.SUSPEND;
            case SHUTDOWN -> ShutdownRequest.POWEROFF;
            case REBOOT -> ShutdownRequest.REBOOT;
            case CHECKPOINT, RESTORE, RETIRE, VERIFY ->
                throw new IllegalArgumentException("no guest is asked for a " + kind.wire());
        };
    }

    private Operation.Result examined(Seat seat, LiveDomain asked, RunningOperation operation, Journal journal) {
        DomainDefinition domain = outcome(OperationKind.SUSPEND, seat);
        journal.done("suspend", () -> goOn(seat, asked));
        operation.phase("examine");
        SuspendExamination found = asked.engine().examineSuspension();
        operation.passPointOfNoReturn();
        journal.commit();
        return Operation.Result.of(domain, Map.of("examination", ExaminationReport.of(found)));
    }

    /** The guest suspended, and then nobody wanted it any more. */
    void goOn(Seat seat, LiveDomain asked) {
        seat.lock.lock();
        try {
            if (seat.live() == asked) {
                asked.engine().resume();
                DomainDefinition domain = current(seat);
                transitions.record(domain, LifecycleState.RUNNING, StateReason.RESUMED, null, domain.domid());
            }
        } finally {
            seat.lock.unlock();
        }
    }

    private static void withdraw(Seat seat, LiveDomain asked) {
        if (seat.live() == asked) {
            asked.engine().withdrawShutdownRequest();
        }
    }

    private boolean stillRuns(Seat seat) {
        return current(seat).state() == LifecycleState.RUNNING;
    }

    private DomainDefinition current(Seat seat) {
        return domains.byId(seat.domainId)
                .orElseThrow(() -> ProblemException.notFound("domain", seat.domainId.toString()));
    }

    /** The guest did something; whether it is what was asked is another question. */
    private DomainDefinition outcome(OperationKind kind, Seat seat) {
        DomainDefinition domain = current(seat);
        boolean asWanted = switch (kind) {
            case SUSPEND -> domain.state() == LifecycleState.SUSPENDED;
            case SHUTDOWN -> domain.state() == LifecycleState.SHUTOFF;
            default -> domain.stateReason() == StateReason.REBOOTED;
        };
        if (!asWanted) {
            throw new ProblemException(
                    ProblemType.GUEST_UNCOOPERATIVE,
                    "asked for " + kind.wire() + ", the guest became "
                            + domain.state().wire() + "(" + domain.stateReason().wire() + ")",
                    Map.of("asked", kind.wire(), "state", domain.state().wire()));
        }
        return domain;
    }

    static ProblemException uncooperative(String asked, long timeout) {
        long waited = TimeUnit.NANOSECONDS.toSeconds(timeout);
        return new ProblemException(
                ProblemType.GUEST_UNCOOPERATIVE,
                "the guest did not " + asked + " within " + waited + " s; it goes on. destroy ends it at once",
                Map.of("asked", asked, "waitedSeconds", waited));
    }
}
