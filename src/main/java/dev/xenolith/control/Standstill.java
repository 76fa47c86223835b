package dev.xenolith.control;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.SaveResult;
import dev.xenolith.engine.SaveSpec;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.SuspendExamination;
import dev.xenolith.engine.SuspensionUnsoundException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a domain comes to stand still for its checkpoint, and goes on.
 *
 * <pre>
 *   the domain   transparent          cooperative
 *   running      pause … unpause      ask the guest, wait … resume
 *   paused       nothing              not allowed
 *   suspended    nothing, and the image is cooperative: nobody could tell it from one
 * </pre>
 *
 * <p>{@link GuestEvents} leaves a guest's suspend alone while a checkpoint has the domain; it only wakes who waits here.
 */
final class Standstill {

    private final Seat seat;
    private final Domain live;
    private final LifecycleState before;
    private final CheckpointMode mode;
    private final long timeoutNanos;
    private @Nullable Long suspendMicros;
    private @Nullable SuspendExamination found;
    private long since;

    Standstill(Seat seat, DomainDefinition domain, CheckpointMode wanted, long timeoutNanos) {
        this.seat = seat;
        this.live = Lifecycle.requireLive(seat).engine();
        this.before = domain.state();
        this.mode = before == LifecycleState.SUSPENDED ? CheckpointMode.COOPERATIVE : wanted;
        this.timeoutNanos = timeoutNanos;
    }

    CheckpointMode mode() {
        return mode;
    }

    /** When it began, in {@link System#nanoTime}. */
    long since() {
        return since;
    }

    /** How long the guest took to suspend itself; null if it was not asked. */
    @Nullable
    Long suspendMicros() {
        return suspendMicros;
    }

    /** What there is to say of it in the result of the operation. */
    Map<String, Object> report() {
        return found == null ? Map.of() : Map.of("examination", ExaminationReport.of(found));
    }

    void begin(RunningOperation operation, Journal journal) throws InterruptedException {
        if (before == LifecycleState.RUNNING && mode == CheckpointMode.COOPERATIVE) {
            suspend(operation, journal);
        }
        since = System.nanoTime();
        if (before == LifecycleState.RUNNING && mode == CheckpointMode.TRANSPARENT) {
            operation.phase("pause");
            live.pause();
            journal.done("pause", live::unpause);
        }
        if (mode == CheckpointMode.COOPERATIVE) {
            examine(operation);
        }
    }

    private void suspend(RunningOperation operation, Journal journal) throws InterruptedException {
        operation.phase("suspend");
        long asked = System.nanoTime();
        seat.lock.lock();
        try {
            live.requestShutdown(ShutdownRequest.SUSPEND);
            journal.done("suspend", this::takeBack);
            long left = timeoutNanos;
            while (live.snapshot().state() == DomainState.RUNNING) {
                operation.checkCancelled();
                if (left <= 0) {
                    throw GuestRequests.uncooperative("suspend", timeoutNanos);
                }
                left = seat.awaitChange(left);
            }
        } finally {
            seat.lock.unlock();
        }
        DomainState now = live.snapshot().state();
        if (now != DomainState.SUSPENDED) {
            throw new ProblemException(
                    ProblemType.GUEST_UNCOOPERATIVE,
                    "asked for suspend, the guest ended instead",
                    Map.of("asked", "suspend"));
        }
        suspendMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - asked);
    }

    /** The guest may have suspended or not; what else it may have done is for {@link GuestEvents} to record. */
    private void takeBack() {
        switch (live.snapshot().state()) {
            case SUSPENDED -> live.resume();
            case RUNNING -> live.withdrawShutdownRequest();
            case PAUSED, SHUTDOWN, CRASHED, DYING -> {}
        }
    }

    private void examine(RunningOperation operation) {
        operation.phase("examine");
        SuspendExamination examination = live.examineSuspension();
        if (!examination.isSound()) {
            throw new SuspensionUnsoundException(examination);
        }
        found = examination;
    }

    SaveResult save(SaveSpec spec) {
        return switch (mode) {
            case TRANSPARENT -> live.saveTransparent(spec);
            case COOPERATIVE -> live.saveCooperative(spec);
        };
    }

    /** As it was before. */
    void end() {
        if (before != LifecycleState.RUNNING) {
            return;
        }
        switch (mode) {
            case TRANSPARENT -> live.unpause();
            case COOPERATIVE -> live.resume();
        }
    }

    /** What the domain is where an undo failed in the middle. */
    LifecycleState actual() {
        return switch (live.snapshot().state()) {
            case RUNNING -> LifecycleState.RUNNING;
            case SUSPENDED -> LifecycleState.SUSPENDED;
            case PAUSED, SHUTDOWN, CRASHED, DYING -> LifecycleState.PAUSED;
        };
    }
}
