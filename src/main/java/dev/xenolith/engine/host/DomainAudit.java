package dev.xenolith.engine.host;

import dev.xenolith.engine.Audit;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.domain.GuestDomain;
import java.util.List;

/** Asks every part of a domain at rest for the invariants that do not hold. */
final class DomainAudit {

    private DomainAudit() {}

    static void run(HostedDomain hosted, List<Audit.Violation> violations) {
        GuestDomain domain = hosted.guest();
        int domid = domain.identity().domid();
        if (domain.lifecycle().state() == DomainState.DYING) {
            return;
        }
        add(domid, "memory", domain.memory().checkInvariants(), violations);
        add(domid, "event channels", domain.events().checkInvariants(), violations);
        add(domid, "grants", hosted.grantTable().checkInvariants(), violations);
    }

    private static void add(int domid, String of, List<String> broken, List<Audit.Violation> violations) {
        broken.forEach(rule -> violations.add(new Audit.Violation(domid, of, rule)));
    }
}
