package dev.xenolith.engine.sched;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A domain's place among the pCPUs, and its baton.
 *
 * <p>Whoever holds the baton is the one thread that may touch the domain: a pCPU for a turn, or a caller of
 * {@link #call} between two turns. The baton is fair, so a caller waits for one turn at most.
 */
public final class Seat {

    enum State {
        ASLEEP,
        QUEUED,
        RUNNING,
        /** Woken while it ran: runs once more before it may sleep. */
        RUNNING_AND_WOKEN,
        GONE
    }

    private final Pcpus pcpus;
    private final String name;
    private final DomainTurn turn;
    private final ReentrantLock baton = new ReentrantLock(true);

    // Both guarded by the lock of Pcpus.
    State state = State.ASLEEP;
    long deadline = DomainTurn.NEVER;

    Seat(Pcpus pcpus, String name, DomainTurn turn) {
        this.pcpus = pcpus;
        this.name = name;
        this.turn = turn;
    }

    /** Asks for a turn soon; cheap, from any thread, any number of times. */
    public void wake() {
        pcpus.wake(this);
    }

    /** Does {@code work} while no vcpu or backend of the domain runs, on the calling thread. */
    public <T> T call(Supplier<T> work) {
        baton.lock();
        try {
            return work.get();
        } finally {
            baton.unlock();
        }
    }

    /** As {@link #call}, for work without an answer. */
    public void run(Runnable work) {
        baton.lock();
        try {
            work.run();
        } finally {
            baton.unlock();
        }
    }

    /** Whether the calling thread may touch the domain now. */
    public boolean held() {
        return baton.isHeldByCurrentThread();
    }

    /** Gives the seat up: no turn begins after this returns. Call it without or with the baton held. */
    public void leave() {
        pcpus.remove(this);
        run(() -> {});
    }

    long takeTurn() {
        baton.lock();
        try {
            return pcpus.isGone(this) ? DomainTurn.NEVER : turn.turn();
        } finally {
            baton.unlock();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
