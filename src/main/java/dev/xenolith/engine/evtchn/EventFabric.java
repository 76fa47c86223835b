package dev.xenolith.engine.evtchn;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The host's event channels: finds a domain's table by domid, and is the lock under which any table changes. */
public final class EventFabric {

    /** The control domain, which no guest is: our backends speak in its name. */
    public static final int BACKEND_DOMID = 0;

    private final Map<Integer, EventTable> domains = new HashMap<>();

    synchronized void add(EventTable table) {
        EventTable old = domains.putIfAbsent(table.hostDomid, table);
        if (old != null) {
            throw new IllegalStateException("event channels: domid %d is taken".formatted(table.hostDomid));
        }
    }

    synchronized void remove(EventTable table) {
        domains.remove(table.hostDomid, table);
    }

    synchronized @Nullable EventTable find(int domid) {
        return domains.get(domid);
    }
}
