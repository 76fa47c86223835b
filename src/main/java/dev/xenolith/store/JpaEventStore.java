package dev.xenolith.store;

import dev.xenolith.control.Event;
import dev.xenolith.control.EventStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Repository;

/** Events as rows. */
@Repository
class JpaEventStore implements EventStore {

    private final EventRows rows;
    private final JsonText json;

    JpaEventStore(EventRows rows, JsonText json) {
        this.rows = rows;
        this.json = json;
    }

    @Override
    public Event append(
            Instant at, String type, String kind, @Nullable UUID id, @Nullable String name, Map<String, Object> data) {
        return rows.save(new EventRow(at, type, kind, id, name, json.write(data)))
                .get(json);
    }

    @Override
    public List<Event> after(long sequence, int limit) {
        return rows.findBySequenceGreaterThanOrderBySequence(sequence, Limit.of(limit)).stream()
                .map(row -> row.get(json))
                .toList();
    }

    @Override
    public long last() {
        Long last = rows.last();
        return last == null ? 0 : last;
    }

    @Override
    public long first() {
        Long first = rows.first();
        return first == null ? 0 : first;
    }

    @Override
    public void deleteUpTo(long sequence) {
        rows.deleteUpTo(sequence);
    }
}
