package dev.xenolith.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The ports of the control plane over maps, for tests without a database. */
final class MemoryStores {

    final Domains domains = new Domains();
    final BootImages bootImages = new BootImages();
    final Checkpoints checkpoints = new Checkpoints();
    final Operations operations = new Operations();
    final Events events = new Events();
    final Retirements retirements = new Retirements();

    private static <T> List<T> page(Stream<T> items, @Nullable Cursor cursor, int limit, Function<T, Cursor> place) {
        Comparator<Cursor> order = Comparator.comparing(Cursor::createdAt).thenComparing(Cursor::id);
        return items.filter(item -> cursor == null || order.compare(place.apply(item), cursor) > 0)
                .sorted(Comparator.comparing(place, order))
                .limit(limit)
                .toList();
    }

    static final class Domains implements DomainStore {

        private final Map<UUID, DomainDefinition> rows = new ConcurrentHashMap<>();

        @Override
        public void insert(DomainDefinition domain) {
            checkName(domain);
            rows.put(domain.id(), domain);
        }

        @Override
        public void update(DomainDefinition domain) {
            checkName(domain);
            rows.replace(domain.id(), domain);
        }

        private void checkName(DomainDefinition domain) {
            if (byName(domain.name())
                    .filter(other -> !other.id().equals(domain.id()))
                    .isPresent()) {
                throw new NameTakenException(domain.name());
            }
        }

        @Override
        public void delete(UUID id) {
            rows.remove(id);
        }

        @Override
        public Optional<DomainDefinition> byId(UUID id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Optional<DomainDefinition> byName(String name) {
            return rows.values().stream()
                    .filter(domain -> domain.name().equals(name))
                    .findFirst();
        }

        @Override
        public List<DomainDefinition> after(@Nullable Cursor cursor, int limit) {
            return page(rows.values().stream(), cursor, limit, d -> new Cursor(d.createdAt(), d.id()));
        }

        @Override
        public List<DomainDefinition> notShutOff() {
            return rows.values().stream()
                    .filter(domain -> domain.state() != LifecycleState.SHUTOFF)
                    .toList();
        }

        @Override
        public List<String> namesUsing(UUID image) {
            return rows.values().stream()
                    .filter(domain -> image.equals(domain.kernelId()) || image.equals(domain.ramdiskId()))
                    .map(DomainDefinition::name)
                    .toList();
        }

        @Override
        public long count() {
            return rows.size();
        }
    }

    static final class BootImages implements BootImageStore {

        private final Map<UUID, BootImage> rows = new ConcurrentHashMap<>();

        @Override
        public void save(BootImage image) {
            rows.put(image.id(), image);
        }

        @Override
        public void delete(UUID id) {
            rows.remove(id);
        }

        @Override
        public Optional<BootImage> byId(UUID id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Optional<BootImage> byName(String name) {
            return rows.values().stream()
                    .filter(image -> image.name().equals(name))
                    .findFirst();
        }

        @Override
        public Optional<BootImage> bySha256(String sha256) {
            return rows.values().stream()
                    .filter(image -> image.sha256().equals(sha256))
                    .findFirst();
        }

        @Override
        public List<BootImage> after(@Nullable Cursor cursor, int limit) {
            return page(rows.values().stream(), cursor, limit, i -> new Cursor(i.createdAt(), i.id()));
        }
    }

    static final class Checkpoints implements CheckpointStore {

        private final Map<UUID, Checkpoint> rows = new ConcurrentHashMap<>();

        @Override
        public void save(Checkpoint checkpoint) {
            rows.put(checkpoint.id(), checkpoint);
        }

        @Override
        public void delete(UUID id) {
            rows.remove(id);
        }

        @Override
        public Optional<Checkpoint> byId(UUID id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Optional<Checkpoint> byName(String name) {
            return rows.values().stream()
                    .filter(checkpoint -> checkpoint.name().equals(name))
                    .findFirst();
        }

        @Override
        public List<Checkpoint> after(@Nullable Cursor cursor, int limit) {
            return page(rows.values().stream(), cursor, limit, c -> new Cursor(c.createdAt(), c.id()));
        }
    }

    static final class Operations implements OperationStore {

        private final Map<UUID, Operation> rows = new ConcurrentHashMap<>();

        @Override
        public void save(Operation operation) {
            rows.put(operation.id(), operation);
        }

        @Override
        public Optional<Operation> byId(UUID id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public List<Operation> after(@Nullable Cursor cursor, int limit) {
            return page(rows.values().stream(), cursor, limit, o -> new Cursor(o.createdAt(), o.id()));
        }

        @Override
        public List<Operation> unfinished() {
            return rows.values().stream()
                    .filter(operation -> !operation.state().finished())
                    .toList();
        }

        @Override
        public void deleteFinishedBefore(Instant time) {
            rows.values()
                    .removeIf(operation -> operation.finishedAt() != null
                            && operation.finishedAt().isBefore(time));
        }
    }

    static final class Events implements EventStore {

        private final List<Event> rows = new ArrayList<>();

        @Override
        public synchronized Event append(
                Instant at,
                String type,
                String kind,
                @Nullable UUID id,
                @Nullable String name,
                Map<String, Object> data) {
            Event event = new Event(rows.size() + 1L, at, type, kind, id, name, data);
            rows.add(event);
            return event;
        }

        @Override
        public synchronized List<Event> after(long sequence, int limit) {
            return rows.stream().skip(sequence).limit(limit).toList();
        }

        @Override
        public synchronized long last() {
            return rows.size();
        }

        @Override
        public synchronized long first() {
            return rows.isEmpty() ? 0 : 1;
        }

        @Override
        public void deleteUpTo(long sequence) {
            // The tests make few.
        }
    }

    static final class Retirements implements RetirementStore {

        private final Map<UUID, Retirement> rows = new ConcurrentHashMap<>();
        private final Map<Long, MarkedFrame> marks = new ConcurrentHashMap<>();

        @Override
        public void save(Retirement retirement) {
            rows.put(retirement.id(), retirement);
        }

        @Override
        public Optional<Retirement> byId(UUID id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public List<Retirement> after(@Nullable Cursor cursor, int limit) {
            return page(rows.values().stream(), cursor, limit, r -> new Cursor(r.createdAt(), r.id()));
        }

        @Override
        public void mark(List<MarkedFrame> frames) {
            frames.forEach(frame -> marks.put(frame.mfn(), frame));
        }

        @Override
        public void unmark(List<Long> mfns) {
            mfns.forEach(marks::remove);
        }

        @Override
        public List<MarkedFrame> marked() {
            return List.copyOf(marks.values());
        }
    }
}
