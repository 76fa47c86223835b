package dev.xenolith.store;

import dev.xenolith.control.Cursor;
import dev.xenolith.control.DomainDefinition;
import dev.xenolith.control.DomainStore;
import dev.xenolith.control.LifecycleState;
import dev.xenolith.control.NameTakenException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Repository;

/** Domain definitions as rows. */
@Repository
class JpaDomainStore implements DomainStore {

    private final DomainRows rows;
    private final OnDisk disk;
    private final JsonText json;

    JpaDomainStore(DomainRows rows, JsonText json, OnDisk disk) {
        this.rows = rows;
        this.disk = disk;
        this.json = json;
    }

    @Override
    public void insert(DomainDefinition domain) {
        save(new DomainRow(domain.id()), domain);
    }

    @Override
    public void update(DomainDefinition domain) {
        rows.findById(domain.id()).ifPresent(row -> save(row, domain));
    }

    private void save(DomainRow row, DomainDefinition domain) {
        try {
            rows.saveAndFlush(row.set(domain, json));
            disk.flush();
        } catch (DataIntegrityViolationException e) {
            throw new NameTakenException(domain.name());
        }
    }

    @Override
    public void delete(UUID id) {
        rows.deleteById(id);
        disk.flush();
    }

    @Override
    public Optional<DomainDefinition> byId(UUID id) {
        return rows.findById(id).map(row -> row.get(json));
    }

    @Override
    public Optional<DomainDefinition> byName(String name) {
        return rows.findByName(name).map(row -> row.get(json));
    }

    @Override
    public List<DomainDefinition> after(@Nullable Cursor cursor, int limit) {
        Cursor from = Cursors.orStart(cursor);
        return get(rows.after(from.createdAt(), from.id(), Limit.of(limit)).stream());
    }

    @Override
    public List<DomainDefinition> notShutOff() {
        return get(rows.findByStateNot(LifecycleState.SHUTOFF).stream());
    }

    private List<DomainDefinition> get(Stream<DomainRow> found) {
        return found.map(row -> row.get(json)).toList();
    }

    @Override
    public List<String> namesUsing(UUID bootImage) {
        return rows.findByKernelIdOrRamdiskId(bootImage, bootImage).stream()
                .map(DomainRow::name)
                .sorted()
                .toList();
    }

    @Override
    public long count() {
        return rows.count();
    }
}
