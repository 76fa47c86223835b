package dev.xenolith.engine.host;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.LimitExceededException;
import dev.xenolith.engine.abi.DomidSpecial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The domains of a host by domid. A domid is given out again only when all others have been used since, as in Xen. */
final class DomainTable {

    private static final int FIRST = 1;

    private final TreeMap<Integer, Optional<HostedDomain>> domains = new TreeMap<>();
    private int last = FIRST - 1;

    /** Takes a domid for a domain that is being made; {@link #put} or {@link #remove} follows. */
    synchronized int reserve() {
        for (int tries = FIRST; tries < DomidSpecial.FIRST_RESERVED; tries++) {
            last = last + 1 >= DomidSpecial.FIRST_RESERVED ? FIRST : last + 1;
            if (!domains.containsKey(last)) {
                domains.put(last, Optional.empty());
                return last;
            }
        }
        throw new LimitExceededException("domains", DomidSpecial.FIRST_RESERVED - FIRST, domains.size() + 1L);
    }

    synchronized void put(HostedDomain domain) {
        domains.put(domain.domid(), Optional.of(domain));
    }

    synchronized void remove(int domid) {
        domains.remove(domid);
    }

    synchronized Optional<HostedDomain> find(int domid) {
        return domains.getOrDefault(domid, Optional.empty());
    }

    synchronized List<HostedDomain> all() {
        List<HostedDomain> all = new ArrayList<>();
        domains.values().forEach(domain -> domain.ifPresent(all::add));
        return all;
    }

    List<Domain> views() {
        return List.copyOf(all());
    }
}
