package dev.xenolith.control;

import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one place from which a domain's lifecycle is changed.
 *
 * <p>Short changes (start, pause, the guest's own poweroff) happen under the seat's lock. Work that takes long (an
 * operation) <em>holds</em> the seat without keeping the lock, so that readers and PATCH go on, other actions are refused
 * at once, and destroy can end it: it cancels the operation and waits for {@link #free}.
 *
 * <p>Every method but {@link #live} and {@link #vacate} is called with the lock held.
 */
final class Seat {

    final UUID domainId;
    final ReentrantLock lock = new ReentrantLock(true);
    /** Signalled whenever the holder, the live domain or the definition changed. */
    private final Condition changed = lock.newCondition();

    private volatile @Nullable LiveDomain live;
    private volatile @Nullable RunningOperation holder;
    private boolean suspendExpected;

    Seat(UUID domainId) {
        this.domainId = domainId;
    }

    /** What runs now; readers may find it gone a moment later. */
    @Nullable
    LiveDomain live() {
        return live;
    }

    @Nullable
    RunningOperation holder() {
        return holder;
    }

    /** Ends what runs here, if anything does. */
    void endLive() {
        LiveDomain running = live;
        if (running != null) {
            running.destroy();
            seat(null);
        }
    }

    /** Leaves nothing running here, from a thread that does not hold the lock. */
    void vacate() {
        lock.lock();
        try {
            seat(null);
        } finally {
            lock.unlock();
        }
    }

    void seat(@Nullable LiveDomain domain) {
        live = domain;
        changed.signalAll();
    }

    void hold(RunningOperation operation) {
        holder = operation;
    }

    void free(RunningOperation operation) {
        if (holder == operation) {
            holder = null;
        }
        changed.signalAll();
    }

    /** Ends the operation that holds the seat, and returns when its undo is done. */
    void evict() {
        RunningOperation holding = holder;
        if (holding != null) {
            holding.cancel();
        }
        while (holder != null) {
            changed.signalAll();
            changed.awaitUninterruptibly();
        }
    }

    void awaitFree() {
        while (holder != null) {
            changed.awaitUninterruptibly();
        }
    }

    /** Waits for a change; returns what is left of the time, zero or less when it ran out. */
    @SuppressWarnings("WaitNotInLoop") // The caller has the loop: only it knows what it waits for.
    long awaitChange(long nanos) throws InterruptedException {
        return changed.awaitNanos(nanos);
    }

    /** Whether a guest that suspends now does what it is asked. */
    boolean suspendExpected() {
        return suspendExpected;
    }

    void expectSuspend(boolean expected) {
        suspendExpected = expected;
    }

    void signal() {
        changed.signalAll();
    }
}
