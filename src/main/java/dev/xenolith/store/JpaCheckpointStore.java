package dev.xenolith.store;

import dev.xenolith.control.Checkpoint;
import dev.xenolith.control.CheckpointStore;
import dev.xenolith.control.Cursor;
import dev.xenolith.control.NameTakenException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Repository;

/** Checkpoints as rows. */
@Repository
class JpaCheckpointStore implements CheckpointStore {

    private final CheckpointRows rows;
    private final OnDisk disk;
    private final JsonText json;

    JpaCheckpointStore(CheckpointRows rows, JsonText json, OnDisk disk) {
        this.rows = rows;
        this.disk = disk;
        this.json = json;
    }

    @Override
    public void save(Checkpoint checkpoint) {
        CheckpointRow row = rows.findById(checkpoint.id()).orElseGet(() -> new CheckpointRow(checkpoint.id()));
        try {
            rows.saveAndFlush(row.set(checkpoint, json));
            disk.flush();
        } catch (DataIntegrityViolationException e) {
            throw new NameTakenException(checkpoint.name());
        }
    }

    @Override
    public void delete(UUID id) {
        rows.deleteById(id);
        disk.flush();
    }

    @Override
    public Optional<Checkpoint> byId(UUID id) {
        return rows.findById(id).map(row -> row.get(json));
    }

    @Override
    public Optional<Checkpoint> byName(String name) {
        return rows.findByName(name).map(row -> row.get(json));
    }

    @Override
    public List<Checkpoint> after(@Nullable Cursor cursor, int limit) {
        Cursor from = Cursors.orStart(cursor);
        return rows.after(from.createdAt(), from.id(), Limit.of(limit)).stream()
                .map(row -> row.get(json))
                .toList();
    }
}
