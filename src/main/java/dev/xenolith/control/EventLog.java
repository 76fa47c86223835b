package dev.xenolith.control;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Everything that happens, as one stream that can be followed and resumed. */
@Service
public class EventLog {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);
    private static final int TRIM_EVERY = 500;

    private final EventStore store;
    private final int kept;
    private final OpenStreams streams;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private long newest;

    EventLog(EventStore store, XenolithProperties properties, OpenStreams streams) {
        this.store = store;
        this.kept = properties.limits().eventsKept();
        this.streams = streams;
        this.newest = store.last();
        streams.onClose(this::wakeAll);
    }

    void append(String type, String kind, @Nullable UUID id, @Nullable String name, Map<String, Object> data) {
        lock.lock();
        try {
            Event event = store.append(Times.now(), type, kind, id, name, data);
            newest = event.sequence();
            if (newest % TRIM_EVERY == 0) {
                store.deleteUpTo(newest - kept);
            }
            appended.signalAll();
        } catch (RuntimeException e) {
            // What happened has happened: an event that cannot be kept must not undo it.
            log.error("cannot keep the event {} of {} {}", type, kind, name, e);
        } finally {
            lock.unlock();
        }
    }

    public List<Event> after(long sequence, int limit) {
        return store.after(sequence, limit);
    }

    public long last() {
        return store.last();
    }

    public long first() {
        return store.first();
    }

    /**
     * Waits for events after a sequence.
     *
     * @return false once the server closes its streams
     */
    public boolean await(long sequence, long timeoutMillis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (newest <= sequence && streams.open() && left > 0) {
                left = appended.awaitNanos(left);
            }
            return streams.open();
        } finally {
            lock.unlock();
        }
    }

    private void wakeAll() {
        lock.lock();
        try {
            appended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
