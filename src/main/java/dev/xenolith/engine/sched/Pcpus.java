package dev.xenolith.engine.sched;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pCPUs: a fixed pool of threads, the run queue and the queue of deadlines.
 *
 * <p>First come, first served, one turn each; turns are bounded, so nobody starves. The pCPUs are platform threads
 * because a turn computes and never waits for input or output.
 */
public final class Pcpus implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Pcpus.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Seat> runnable = new ArrayDeque<>();
    private final PriorityQueue<Seat> sleeping = new PriorityQueue<>((a, b) -> Long.signum(a.deadline - b.deadline));
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    public Pcpus(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("pcpus: expected at least 1, got " + count);
        }
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name("pcpu-" + i).start(this::loop));
        }
    }

    /** As many as is polite on a developer's machine. */
    public static int defaultCount() {
        return Math.min(2, Runtime.getRuntime().availableProcessors());
    }

    public int count() {
        return threads.size();
    }

    /** Gives a domain its seat, asleep until the first {@link Seat#wake()}. */
    public Seat seat(String name, DomainTurn turn) {
        return new Seat(this, name, turn);
    }

    void wake(Seat seat) {
        lock.lock();
        try {
            switch (seat.state) {
                case ASLEEP -> {
                    if (seat.deadline != DomainTurn.NEVER) {
                        sleeping.remove(seat);
                    }
                    enqueue(seat);
                }
                case RUNNING -> seat.state = Seat.State.RUNNING_AND_WOKEN;
                case QUEUED, RUNNING_AND_WOKEN, GONE -> {}
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Seat seat) {
        lock.lock();
        try {
            runnable.remove(seat);
            sleeping.remove(seat);
            seat.state = Seat.State.GONE;
        } finally {
            lock.unlock();
        }
    }

    boolean isGone(Seat seat) {
        lock.lock();
        try {
            return seat.state == Seat.State.GONE;
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(Seat seat) {
        seat.state = Seat.State.QUEUED;
        runnable.add(seat);
        work.signal();
    }

    private void loop() {
        while (true) {
            Seat seat = take();
            if (seat == null) {
                return;
            }
            giveBack(seat, turn(seat));
        }
    }

    private static long turn(Seat seat) {
        try {
            return seat.takeTurn();
        } catch (Throwable failure) {
            // A turn handles its own failures by stopping its domain; this is the pCPU surviving a bug in that.
            LOG.log(System.Logger.Level.ERROR, "turn of " + seat + " failed; it gets no more", failure);
            seat.leave();
            return DomainTurn.NEVER;
        }
    }

    /** The next seat to run, or null when the pool is closed. */
    private @Nullable Seat take() {
        lock.lock();
        try {
            while (!closed) {
                long wait = wakeSleepers();
                Seat seat = runnable.poll();
                if (seat != null) {
                    seat.state = Seat.State.RUNNING;
                    return seat;
                }
                await(wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Queues the seats whose deadline is due; returns how long until the next one. */
    private long wakeSleepers() {
        long now = System.nanoTime();
        for (Seat first = sleeping.peek(); first != null; first = sleeping.peek()) {
            long left = first.deadline - now;
            if (left > 0) {
                return left;
            }
            sleeping.remove();
            enqueue(first);
        }
        return Long.MAX_VALUE;
    }

    // Returning early is harmless: the caller's loop looks at the queues again.
    @SuppressWarnings({"WaitNotInLoop", "ReturnValueIgnored"})
    private void await(long nanos) {
        try {
            if (nanos == Long.MAX_VALUE) {
                work.await();
            } else {
                work.await(nanos, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts a pCPU for a reason of ours; closing signals the condition.
        }
    }

    private void giveBack(Seat seat, long next) {
        lock.lock();
        try {
            if (seat.state == Seat.State.GONE) {
                return;
            }
            if (next == DomainTurn.AGAIN || seat.state == Seat.State.RUNNING_AND_WOKEN) {
                enqueue(seat);
                return;
            }
            seat.state = Seat.State.ASLEEP;
            seat.deadline = next;
            if (next != DomainTurn.NEVER) {
                sleeping.add(seat);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops the pool after the turns under way. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            joinQuietly(thread);
        }
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
