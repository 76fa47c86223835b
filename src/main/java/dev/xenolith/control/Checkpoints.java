package dev.xenolith.control;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** The checkpoints there are: found, listed, relabelled, deleted. */
@Service
public class Checkpoints {

    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    private final CheckpointStore store;
    private final CheckpointFiles files;
    private final EventLog events;
    private final int maximumLabels;

    Checkpoints(CheckpointStore store, CheckpointFiles files, EventLog events, XenolithProperties properties) {
        this.store = store;
        this.files = files;
        this.events = events;
        this.maximumLabels = properties.limits().labels();
    }

    public Checkpoint get(String reference) {
        return Names.asId(reference)
                .flatMap(store::byId)
                .or(() -> store.byName(reference))
                .orElseThrow(() -> ProblemException.notFound("checkpoint", reference));
    }

    /**
     * @param domain id or name of the domain that was saved; null for all
     */
    public Page<Checkpoint> list(Listing listing, @Nullable String domain) {
        return Page.collect(
                listing,
                store::after,
                checkpoint -> listing.wants(checkpoint.state().wire(), checkpoint.name(), checkpoint.labels())
                        && (domain == null
                                || domain.equals(checkpoint.domain().name())
                                || domain.equals(
                                        String.valueOf(checkpoint.domain().id()))),
                checkpoint -> new Cursor(checkpoint.createdAt(), checkpoint.id()));
    }

    public synchronized Checkpoint patch(
            String reference,
            @Nullable String name,
            @Nullable Map<String, @Nullable String> labels,
            boolean dropLabels) {
        Checkpoint checkpoint = get(reference);
        String newName = name == null ? checkpoint.name() : name;
        Domains.checkName("/name", newName);
        Map<String, String> old = dropLabels ? new TreeMap<>() : checkpoint.labels();
        Checkpoint changed =
                checkpoint.named(newName, Labels.merged(old, labels == null ? Map.of() : labels, maximumLabels));
        try {
            store.save(changed);
        } catch (NameTakenException e) {
            throw ProblemException.nameTaken("checkpoint", newName, "give another name");
        }
        events.append("checkpoint.updated", "checkpoint", changed.id(), changed.name(), Map.of());
        return changed;
    }

    /** Only this and {@link #patch} replace a row; they take turns so that neither undoes the other. */
    synchronized void markDamaged(UUID id, String detail) {
        store.byId(id).filter(now -> now.state() == Checkpoint.State.AVAILABLE).ifPresent(now -> {
            log.error("checkpoint {} is damaged: {}", now.name(), detail);
            store.save(now.inState(Checkpoint.State.DAMAGED, detail));
            events.append("checkpoint.damaged", "checkpoint", id, now.name(), Map.of("detail", detail));
        });
    }

    synchronized void markAvailable(UUID id) {
        store.byId(id).filter(now -> now.state() == Checkpoint.State.DAMAGED).ifPresent(now -> {
            log.info("checkpoint {} is whole again", now.name());
            store.save(now.inState(Checkpoint.State.AVAILABLE, null));
            events.append("checkpoint.available", "checkpoint", id, now.name(), Map.of());
        });
    }

    /** The row goes first: a file without a row is swept, a row without a file would look like a loss. */
    public void delete(String reference) {
        Checkpoint checkpoint = get(reference);
        store.delete(checkpoint.id());
        files.delete(checkpoint.id());
        events.append("checkpoint.deleted", "checkpoint", checkpoint.id(), checkpoint.name(), Map.of());
    }

    /** The image of an undamaged checkpoint. */
    public Path image(Checkpoint checkpoint) {
        requireComplete(checkpoint);
        return files.path(checkpoint.id());
    }

    static void requireComplete(Checkpoint checkpoint) {
        if (checkpoint.state() == Checkpoint.State.DAMAGED) {
            throw new ProblemException(
                    ProblemType.IMAGE_CORRUPT,
                    "checkpoint " + checkpoint.name() + " is damaged: " + checkpoint.stateDetail(),
                    Map.of(
                            "expected",
                            checkpoint.sizeBytes() + " bytes",
                            "got",
                            String.valueOf(checkpoint.stateDetail())));
        }
    }
}
