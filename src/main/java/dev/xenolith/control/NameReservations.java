package dev.xenolith.control;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Names of domains that are being made. A definition is stored only once its domain exists, so that a failure leaves
 * nothing behind; until then the name is held here.
 */
@Component
class NameReservations {

    private final DomainStore domains;
    private final Set<String> reserved = ConcurrentHashMap.newKeySet();

    NameReservations(DomainStore domains) {
        this.domains = domains;
    }

    /** Held until closed. */
    Reservation reserve(String name, String hint) {
        Reservation reservation = tryReserve(name);
        if (reservation == null) {
            throw ProblemException.nameTaken("domain", name, hint);
        }
        return reservation;
    }

    Reservation reserveMadeUp() {
        Reservation reservation = tryReserve(Names.madeUp());
        while (reservation == null) {
            reservation = tryReserve(Names.madeUp());
        }
        return reservation;
    }

    private @Nullable Reservation tryReserve(String name) {
        if (domains.byName(name).isPresent() || !reserved.add(name)) {
            return null;
        }
        return new Reservation(name);
    }

    final class Reservation implements AutoCloseable {

        private final String name;

        private Reservation(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        @Override
        public void close() {
            reserved.remove(name);
        }
    }
}
