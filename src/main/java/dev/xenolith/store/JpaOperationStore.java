package dev.xenolith.store;

import dev.xenolith.control.Cursor;
import dev.xenolith.control.Operation;
import dev.xenolith.control.OperationState;
import dev.xenolith.control.OperationStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Repository;

/** Operations as rows. */
@Repository
class JpaOperationStore implements OperationStore {

    private final OperationRows rows;
    private final OnDisk disk;
    private final JsonText json;

    JpaOperationStore(OperationRows rows, JsonText json, OnDisk disk) {
        this.rows = rows;
        this.disk = disk;
        this.json = json;
    }

    @Override
    public void save(Operation operation) {
        rows.save(rows.findById(operation.id())
                .orElseGet(() -> new OperationRow(operation.id()))
                .set(operation, json));
        disk.flush();
    }

    @Override
    public Optional<Operation> byId(UUID id) {
        return rows.findById(id).map(row -> row.get(json));
    }

    @Override
    public List<Operation> after(@Nullable Cursor cursor, int limit) {
        Cursor from = Cursors.orStart(cursor);
        return rows.after(from.createdAt(), from.id(), Limit.of(limit)).stream()
                .map(row -> row.get(json))
                .toList();
    }

    @Override
    public List<Operation> unfinished() {
        return rows.findByStateIn(Set.of(OperationState.PENDING, OperationState.RUNNING)).stream()
                .map(row -> row.get(json))
                .toList();
    }

    @Override
    public void deleteFinishedBefore(Instant time) {
        rows.deleteFinishedBefore(time);
    }
}
