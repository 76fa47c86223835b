package dev.xenolith.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where operations are kept for a week. Each call is one transaction. */
public interface OperationStore {

    /** Adds it, or replaces the one with this id. */
    void save(Operation operation);

    Optional<Operation> byId(UUID id);

    /** In order of creation. */
    List<Operation> after(@Nullable Cursor cursor, int limit);

    List<Operation> unfinished();

    void deleteFinishedBefore(Instant time);
}
