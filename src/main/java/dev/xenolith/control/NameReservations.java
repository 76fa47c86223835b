package dev.xenolith.control;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
        if (!reserved.add(name)) {
            throw ProblemException.nameTaken("domain", name, hint);
        }
        if (domains.byName(name).isPresent()) {
            reserved.remove(name);
            throw ProblemException.nameTaken("domain", name, hint);
        }
        return new Reservation(name);
    }

    Reservation reserveMadeUp() {
        String name = Names.madeUp();
        while (domains.byName(name).isPresent() || !reserved.add(name)) {
            name = Names.madeUp();
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
