package dev.xenolith.control;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where checkpoints are recorded; their bytes are files. Each call is one transaction. */
public interface CheckpointStore {

    /**
     * Adds it, or replaces the one with this id.
     *
     * @throws NameTakenException if another one has its name
     */
    void save(Checkpoint checkpoint);

    void delete(UUID id);

    Optional<Checkpoint> byId(UUID id);

    Optional<Checkpoint> byName(String name);

    /** In order of creation. */
    List<Checkpoint> after(@Nullable Cursor cursor, int limit);
}
