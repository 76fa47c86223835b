package dev.xenolith.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The seat of every domain, and the way in: nobody changes a lifecycle without passing {@link #act}. */
@Component
class Seats {

    private final DomainStore domains;
    private final Map<UUID, Seat> seats = new ConcurrentHashMap<>();

    Seats(DomainStore domains) {
        this.domains = domains;
    }

    Seat of(UUID domainId) {
        return seats.computeIfAbsent(domainId, Seat::new);
    }

    @Nullable
    Seat withDomid(int domid) {
        return seats.values().stream()
                .filter(seat -> {
                    LiveDomain live = seat.live();
                    return live != null && live.engine().domid() == domid;
                })
                .findFirst()
                .orElse(null);
    }

    Stream<Seat> all() {
        return seats.values().stream();
    }

    void forget(UUID domainId) {
        seats.remove(domainId);
    }

    DomainDefinition resolve(String reference) {
        return Names.asId(reference)
                .flatMap(domains::byId)
                .or(() -> domains.byName(reference))
                .orElseThrow(() -> ProblemException.notFound("domain", reference));
    }

    /**
     * Carries out an action under the seat's lock, if the table and the running operation allow it now.
     *
     * @param body gets the definition as it is under the lock; not called where the table says "unchanged"
     * @param unchanged the answer then
     */
    <T> T act(
            String reference,
            Action action,
            BiFunction<Seat, DomainDefinition, T> body,
            Function<DomainDefinition, T> unchanged) {
        UUID id = resolve(reference).id();
        Seat seat = of(id);
        seat.lock.lock();
        try {
            if (action.endsOperations()) {
                seat.evict();
            }
            DomainDefinition domain =
                    domains.byId(id).orElseThrow(() -> ProblemException.notFound("domain", reference));
            checkNoOperation(seat, action, domain);
            ActionTable.check(action, domain);
            if (ActionTable.rule(action, domain.state()) instanceof Rule.Unchanged) {
                return unchanged.apply(domain);
            }
            return body.apply(seat, domain);
        } finally {
            seat.lock.unlock();
        }
    }

    /** A domain and its seat, whose lock is held. */
    record Locked(Seat seat, DomainDefinition domain) {}

    /**
     * The same for an action on several domains at once, for which all must be free. Locks are taken in the order of the
     * ids, by everyone who takes several, so that no two wait for each other.
     *
     * @param body gets the definitions in that order
     */
    <T> T actOnAll(Collection<UUID> ids, Action action, Function<List<Locked>, T> body) {
        Deque<Seat> held = new ArrayDeque<>();
        try {
            List<Locked> all = new ArrayList<>();
            for (UUID id : new TreeSet<>(ids)) {
                Seat seat = of(id);
                seat.lock.lock();
                held.push(seat);
                DomainDefinition domain =
                        domains.byId(id).orElseThrow(() -> ProblemException.notFound("domain", id.toString()));
                checkNoOperation(seat, action, domain);
                ActionTable.check(action, domain);
                all.add(new Locked(seat, domain));
            }
            return body.apply(all);
        } finally {
            held.forEach(seat -> seat.lock.unlock());
        }
    }

    private static void checkNoOperation(Seat seat, Action action, DomainDefinition domain) {
        RunningOperation holder = seat.holder();
        if (holder == null || action == Action.PATCH) {
            return;
        }
        throw new ProblemException(
                ProblemType.OPERATION_IN_PROGRESS,
                "a " + holder.kind().wire() + " of domain " + domain.name()
                        + " is in progress; wait for it, cancel it, or destroy the domain",
                Map.of(
                        "operation", holder.id().toString(),
                        "kind", holder.kind().wire()));
    }
}
