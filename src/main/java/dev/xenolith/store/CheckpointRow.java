package dev.xenolith.store;

import dev.xenolith.control.Checkpoint;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code checkpoint}. */
@Entity
@Table(name = "checkpoint")
class CheckpointRow {

    @Id
    private UUID id;

    @Version
    private @Nullable Long version;

    private String name;
    private String origin;

    @Enumerated(EnumType.STRING)
    private Checkpoint.Kind kind;

    private String mode;
    private String format;
    private String container;

    @Enumerated(EnumType.STRING)
    private Checkpoint.State state;

    private @Nullable String stateDetail;
    private long sizeBytes;
    private String sha256;
    private String pages;
    private @Nullable String timings;
    private @Nullable String stateDigest;
    private String guest;
    private String labels;
    private Instant createdAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it.
    protected CheckpointRow() {}

    @SuppressWarnings("NullAway.Init") // set() fills the rest.
    CheckpointRow(UUID id) {
        this.id = id;
    }

    CheckpointRow set(Checkpoint checkpoint, JsonText json) {
        name = checkpoint.name();
        origin = json.write(checkpoint.domain());
        kind = checkpoint.kind();
        mode = checkpoint.mode();
        format = checkpoint.format();
        container = checkpoint.container();
        state = checkpoint.state();
        stateDetail = checkpoint.stateDetail();
        sizeBytes = checkpoint.sizeBytes();
        sha256 = checkpoint.sha256();
        pages = json.write(checkpoint.pages());
        timings = json.writeOrNull(checkpoint.timings());
        stateDigest = checkpoint.stateDigest();
        guest = json.write(checkpoint.guest());
        labels = json.write(checkpoint.labels());
        createdAt = checkpoint.createdAt();
        return this;
    }

    Checkpoint get(JsonText json) {
        return new Checkpoint(
                id,
                name,
                json.read(origin, Checkpoint.Origin.class),
                kind,
                mode,
                format,
                container,
                state,
                stateDetail,
                sizeBytes,
                sha256,
                json.counts(pages),
                json.readOrNull(timings, Checkpoint.Timings.class),
                stateDigest,
                json.strings(guest),
                json.strings(labels),
                createdAt);
    }
}
