package dev.xenolith.store;

import dev.xenolith.control.BootImage;
import dev.xenolith.control.BootImageStore;
import dev.xenolith.control.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Repository;

/** Boot images as rows. */
@Repository
class JpaBootImageStore implements BootImageStore {

    private final BootImageRows rows;
    private final OnDisk disk;

    JpaBootImageStore(BootImageRows rows, OnDisk disk) {
        this.rows = rows;
        this.disk = disk;
    }

    @Override
    public void save(BootImage image) {
        rows.save(rows.findById(image.id())
                .orElseGet(() -> new BootImageRow(image.id()))
                .set(image));
        disk.flush();
    }

    @Override
    public void delete(UUID id) {
        rows.deleteById(id);
        disk.flush();
    }

    @Override
    public Optional<BootImage> byId(UUID id) {
        return rows.findById(id).map(BootImageRow::get);
    }

    @Override
    public Optional<BootImage> byName(String name) {
        return rows.findByName(name).map(BootImageRow::get);
    }

    @Override
    public Optional<BootImage> bySha256(String sha256) {
        return rows.findFirstBySha256OrderByCreatedAt(sha256).map(BootImageRow::get);
    }

    @Override
    public List<BootImage> after(@Nullable Cursor cursor, int limit) {
        Cursor from = Cursors.orStart(cursor);
        return rows.after(from.createdAt(), from.id(), Limit.of(limit)).stream()
                .map(BootImageRow::get)
                .toList();
    }
}
