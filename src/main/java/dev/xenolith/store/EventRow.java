package dev.xenolith.store;

import dev.xenolith.control.Event;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code event}; never changed. */
@Entity
@Table(name = "event")
class EventRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long sequence;

    private Instant at;
    private String type;
    private String kind;
    private @Nullable UUID subjectId;
    private @Nullable String subjectName;
    private String data;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it.
    protected EventRow() {}

    EventRow(
            Instant at, String type, String kind, @Nullable UUID subjectId, @Nullable String subjectName, String data) {
        this.at = at;
        this.type = type;
        this.kind = kind;
        this.subjectId = subjectId;
        this.subjectName = subjectName;
        this.data = data;
    }

    Event get(JsonText json) {
        return new Event(sequence == null ? 0 : sequence, at, type, kind, subjectId, subjectName, json.objects(data));
    }
}
