package dev.xenolith.control;

import dev.xenolith.engine.ConsoleOutput;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last {@link #CAPACITY} bytes that a domain printed, over all its lives. A byte keeps its number for ever: the
 * first one ever printed is 0.
 *
 * <pre>
 *      0 ........ first ............................ next
 *      forgotten  │ kept, at most CAPACITY            │ not printed yet
 * </pre>
 */
public final class ConsoleLog implements ConsoleOutput {

    public static final int CAPACITY = 1 << 20;
    private static final int SMALLEST = 1 << 12;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** A ring: byte number n is at n modulo the ring's length. Grows by doubling until it has the full capacity. */
    private byte[] ring = new byte[SMALLEST];

    private long first;
    private long next;
    private boolean closed;

    /** A log that goes on after bytes which were kept elsewhere. */
    ConsoleLog(long first, byte[] kept) {
        this.first = first;
        this.next = first;
        write(kept, 0, kept.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            int skipped = Math.max(0, length - CAPACITY);
            next += skipped;
            first = skipped > 0 ? next : first;
            makeRoom(length - skipped);
            copyIn(bytes, offset + skipped, length - skipped);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom(int length) {
        long wanted = Math.min(CAPACITY, next - first + length);
        if (wanted > ring.length) {
            byte[] kept = copyOut(first, next);
            ring = new byte[Math.min(CAPACITY, Integer.highestOneBit((int) wanted - 1) << 1)];
            next = first;
            copyIn(kept, 0, kept.length);
        }
    }

    private void copyIn(byte[] bytes, int offset, int length) {
        int at = (int) (next % ring.length);
        int untilEnd = Math.min(length, ring.length - at);
        System.arraycopy(bytes, offset, ring, at, untilEnd);
        System.arraycopy(bytes, offset + untilEnd, ring, 0, length - untilEnd);
        next += length;
        first = Math.max(first, next - CAPACITY);
    }

    private byte[] copyOut(long from, long to) {
        byte[] out = new byte[(int) (to - from)];
        int at = (int) (from % ring.length);
        int untilEnd = Math.min(out.length, ring.length - at);
        System.arraycopy(ring, at, out, 0, untilEnd);
        System.arraycopy(ring, 0, out, untilEnd, out.length - untilEnd);
        return out;
    }

    /**
     * @param from the number of the first byte; later than asked for where that one is forgotten
     * @param matched whether the text waited for ends the bytes
     */
    public record Excerpt(long first, long from, byte[] bytes, boolean matched) {

        public long next() {
            return from + bytes.length;
        }
    }

    /** What is there from a byte on. */
    public Excerpt read(long from) {
        lock.lock();
        try {
            long start = Math.clamp(from, first, next);
            return new Excerpt(first, start, copyOut(start, next), false);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a text appears, and answers up to its end; at the deadline, all there is. */
    public Excerpt readUntil(long from, byte[] text, long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            long searched = from;
            while (true) {
                Excerpt excerpt = read(from);
                int found = indexOf(excerpt.bytes(), text, (int) Math.max(0, searched - excerpt.from()));
                if (found >= 0) {
                    byte[] matching = Arrays.copyOf(excerpt.bytes(), found + text.length);
                    return new Excerpt(excerpt.first(), excerpt.from(), matching, true);
                }
                if (left <= 0 || closed) {
                    return excerpt;
                }
                searched = Math.max(from, excerpt.next() - text.length + 1);
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is anything from a byte on; answers at once where there is. */
    public Excerpt readSome(long from, long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (next <= from && left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            return read(from);
        } finally {
            lock.unlock();
        }
    }

    public boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends every wait: the domain is deleted or the server stops. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long next() {
        lock.lock();
        try {
            return next;
        } finally {
            lock.unlock();
        }
    }

    private static int indexOf(byte[] bytes, byte[] text, int from) {
        for (int at = from; at <= bytes.length - text.length; at++) {
            if (Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
                return at;
            }
        }
        return -1;
    }
}
