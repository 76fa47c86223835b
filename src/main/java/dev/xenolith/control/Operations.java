package dev.xenolith.control;

import dev.xenolith.engine.CancelledException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Runs operations, each on a thread of its own, and knows the finished ones. */
@Service
public class Operations {

    private static final Logger log = LoggerFactory.getLogger(Operations.class);

    private final OperationStore store;
    private final EventLog events;
    private final OpenStreams streams;
    private final Map<UUID, RunningOperation> running = new ConcurrentHashMap<>();
    private final Duration kept;

    Operations(OperationStore store, EventLog events, OpenStreams streams, XenolithProperties properties) {
        this.store = store;
        this.events = events;
        this.streams = streams;
        this.kept = Duration.ofDays(properties.limits().operationDays());
    }

    /** The body of an operation. Throws to fail; what it had begun is undone by its {@link Journal}. */
    @FunctionalInterface
    interface Work {
        Operation.@Nullable Result run(RunningOperation operation, Journal journal) throws Exception;
    }

    /**
     * Starts an operation. The caller holds the locks of the seats; the operation holds the seats until it is over.
     *
     * @param seats of the domains concerned, none where there is none yet
     * @param atEnd runs after everything, whatever the outcome
     */
    Operation submit(OperationKind kind, Operation.Target target, List<Seat> seats, Work work, Runnable atEnd) {
        Operation pending = new Operation(
                UUID.randomUUID(),
                kind,
                target,
                OperationState.PENDING,
                null,
                null,
                null,
                null,
                null,
                false,
                Times.now(),
                null,
                null);
        store.deleteFinishedBefore(Times.now().minus(kept));
        store.save(pending);
        RunningOperation operation = new RunningOperation(pending);
        running.put(pending.id(), operation);
        for (Seat seat : seats) {
            seat.hold(operation);
            operation.onCancel(() -> wake(seat));
        }
        Thread.ofVirtual().name(kind.wire() + "-" + pending.id()).start(() -> run(operation, seats, work, atEnd));
        return pending;
    }

    private static void wake(Seat seat) {
        seat.lock.lock();
        try {
            seat.signal();
        } finally {
            seat.lock.unlock();
        }
    }

    private void run(RunningOperation operation, List<Seat> seats, Work work, Runnable atEnd) {
        Journal journal = new Journal();
        Operation ended;
        try {
            begin(operation);
            operation.checkCancelled();
            Operation.Result result = work.run(operation, journal);
            ended = finish(operation, OperationState.SUCCEEDED, result, null, null);
        } catch (Throwable e) {
            // Whatever it was, also an Error: a domain must not stay held by an operation that is over.
            boolean undone = journal.undo();
            ended = failed(operation, e, undone);
        }
        boolean recorded = record(ended);
        release(operation, seats, atEnd);
        operation.become(ended);
        if (recorded) {
            running.remove(operation.id());
        }
        announce(ended, ended.state().wire());
    }

    private boolean record(Operation ended) {
        try {
            store.save(ended);
            return true;
        } catch (RuntimeException e) {
            log.error("cannot record the end of operation {}; until the server stops it is known here", ended.id(), e);
            return false;
        }
    }

    private void announce(Operation operation, String what) {
        events.append(
                "operation." + what,
                "operation",
                operation.id(),
                operation.target().name(),
                Map.of("operationKind", operation.kind().wire()));
    }

    private static void release(RunningOperation operation, List<Seat> seats, Runnable atEnd) {
        atEnd.run();
        for (Seat seat : seats) {
            seat.lock.lock();
            try {
                seat.free(operation);
            } finally {
                seat.lock.unlock();
            }
        }
    }

    private void begin(RunningOperation operation) {
        Operation p = operation.snapshot();
        Operation started = new Operation(
                p.id(),
                p.kind(),
                p.target(),
                OperationState.RUNNING,
                p.phase(),
                p.progress(),
                null,
                null,
                null,
                p.cancelRequested(),
                p.createdAt(),
                Times.now(),
                null);
        operation.become(started);
        store.save(started);
        announce(started, "started");
    }

    private Operation failed(RunningOperation operation, Throwable cause, boolean undone) {
        Problem problem = Problems.of(cause);
        boolean cancelled = cause instanceof CancelledException;
        if (problem.type() == ProblemType.INTERNAL) {
            log.error(
                    "operation {} of {} failed",
                    operation.kind().wire(),
                    operation.snapshot().target(),
                    cause);
        }
        return finish(operation, cancelled ? OperationState.CANCELLED : OperationState.FAILED, null, problem, undone);
    }

    private static Operation finish(
            RunningOperation operation,
            OperationState state,
            Operation.@Nullable Result result,
            @Nullable Problem problem,
            @Nullable Boolean rolledBack) {
        Operation r = operation.snapshot();
        return new Operation(
                r.id(),
                r.kind(),
                r.target(),
                state,
                r.phase(),
                r.progress(),
                result,
                problem,
                rolledBack,
                operation.cancelRequested(),
                r.createdAt(),
                r.startedAt(),
                Times.now());
    }

    public Operation get(String reference) {
        return Names.asId(reference)
                .flatMap(this::byId)
                .orElseThrow(() -> ProblemException.notFound("operation", reference));
    }

    private Optional<Operation> byId(UUID id) {
        RunningOperation now = running.get(id);
        return now != null ? Optional.of(now.snapshot()) : store.byId(id);
    }

    public Page<Operation> list(Listing listing) {
        return Page.collect(
                listing,
                (after, limit) -> store.after(after, limit).stream()
                        .map(stored -> byId(stored.id()).orElse(stored))
                        .toList(),
                operation -> listing.wants(
                        operation.state().wire(), operation.target().name(), Map.of()),
                operation -> new Cursor(operation.createdAt(), operation.id()));
    }

    /** Asks it to end. Ending takes a moment: what was begun is undone. */
    public Operation cancel(String reference) {
        Operation operation = get(reference);
        RunningOperation now = running.get(operation.id());
        if (now != null && !now.snapshot().state().finished()) {
            now.cancel();
            return now.snapshot();
        }
        Operation ended = get(reference);
        if (ended.state() == OperationState.CANCELLED) {
            return ended;
        }
        throw new ProblemException(
                ProblemType.WRONG_STATE,
                "operation " + ended.id() + " has " + ended.state().wire() + " already",
                Map.of("state", ended.state().wire()));
    }

    /** Waits for its end, at most so long; the answer may still be running. */
    public Operation await(UUID id, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        RunningOperation now = running.get(id);
        while (now != null && streams.open()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || now.await(Math.min(left, 250))) {
                break;
            }
        }
        return get(id.toString());
    }

    /** Ends everything, when the server stops. */
    void cancelAll() throws InterruptedException {
        running.values().forEach(RunningOperation::cancel);
        for (RunningOperation operation : running.values()) {
            if (!operation.await(10_000)) {
                log.error("operation {} does not end", operation.id());
            }
        }
    }

    /** At start-up: whatever a server before this one did not finish was undone by its end. */
    void closeUnfinished() {
        for (Operation lost : store.unfinished()) {
            log.warn(
                    "{} of {} {} was cut off by the end of the server",
                    lost.kind().wire(),
                    lost.target().kind(),
                    lost.target().name());
            store.save(new Operation(
                    lost.id(),
                    lost.kind(),
                    lost.target(),
                    OperationState.CANCELLED,
                    lost.phase(),
                    null,
                    null,
                    new Problem(ProblemType.CANCELLED, "the server ended before the operation did", Map.of()),
                    true,
                    lost.cancelRequested(),
                    lost.createdAt(),
                    lost.startedAt(),
                    Times.now()));
        }
    }
}
