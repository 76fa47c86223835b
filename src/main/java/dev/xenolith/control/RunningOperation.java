package dev.xenolith.control;

import dev.xenolith.engine.CancelledException;
import dev.xenolith.engine.Progress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An operation while it runs: its progress, and the wish to end it. */
final class RunningOperation implements Progress {

    private final CountDownLatch finished = new CountDownLatch(1);
    private final List<Runnable> onCancel = new CopyOnWriteArrayList<>();
    private volatile Operation now;
    private volatile boolean cancelled;
    private volatile boolean pointOfNoReturn;

    RunningOperation(Operation now) {
        this.now = now;
    }

    UUID id() {
        return now.id();
    }

    OperationKind kind() {
        return now.kind();
    }

    Operation snapshot() {
        Operation current = now;
        return cancelled && !current.state().finished() ? with(current, current.phase(), current.progress()) : current;
    }

    void become(Operation next) {
        now = next;
        if (next.state().finished()) {
            finished.countDown();
        }
    }

    /** Asks it to end; it undoes what it has begun. Too late once its result is about to stand. */
    void cancel() {
        cancelled = true;
        onCancel.forEach(Runnable::run);
    }

    boolean cancelRequested() {
        return cancelled;
    }

    /** Its end is wanted, and it can be undone no more: it does without whatever takes long. */
    boolean mustHurry() {
        return cancelled && pointOfNoReturn;
    }

    void onCancel(Runnable wake) {
        onCancel.add(wake);
    }

    /** From here on a cancel has no effect. */
    void passPointOfNoReturn() {
        checkCancelled();
        pointOfNoReturn = true;
    }

    void checkCancelled() {
        if (cancelled && !pointOfNoReturn) {
            throw new CancelledException();
        }
    }

    void phase(String phase) {
        Operation old = now;
        now = with(old, phase, null);
        checkCancelled();
    }

    @Override
    public void report(String phase, long done, long total, String unit) {
        now = with(now, phase, new Operation.Done(done, total, unit));
        checkCancelled();
    }

    private Operation with(Operation old, @Nullable String phase, Operation.@Nullable Done progress) {
        return new Operation(
                old.id(),
                old.kind(),
                old.target(),
                old.state(),
                phase,
                progress,
                old.result(),
                old.problem(),
                old.rolledBack(),
                cancelled,
                old.createdAt(),
                old.startedAt(),
                old.finishedAt());
    }

    boolean await(long millis) throws InterruptedException {
        return finished.await(millis, TimeUnit.MILLISECONDS);
    }
}
