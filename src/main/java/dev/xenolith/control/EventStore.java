package dev.xenolith.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where events are kept for those who come back. Each call is one transaction. */
public interface EventStore {

    Event append(
            Instant at, String type, String kind, @Nullable UUID id, @Nullable String name, Map<String, Object> data);

    /** Events with a greater sequence, ascending. */
    List<Event> after(long sequence, int limit);

    /** The newest sequence, 0 before the first event. */
    long last();

    /** The oldest sequence kept, 0 before the first event. */
    long first();

    void deleteUpTo(long sequence);
}
