package dev.xenolith.engine.host;

import dev.xenolith.engine.Audit;
import dev.xenolith.engine.domain.GuestDomain;
import java.util.List;

/** Asks every part of a domain at rest for the invariants that do not hold. */
final class DomainAudit {

    private DomainAudit() {}

    static void run(GuestDomain domain, List<Audit.Violation> violations) {
        int domid = domain.identity().domid();
        domain.events()
                .checkInvariants()
                .forEach(broken -> violations.add(new Audit.Violation(domid, "event channels", broken)));
    }
}
