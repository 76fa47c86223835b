package dev.xenolith.engine.evtchn;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The host's event channels: finds a domain's table by domid, and is the lock under which any table changes. */
public final class EventFabric {

    /** The control domain, which no guest is: our backends speak in its name. */
    public static final int BACKEND_DOMID = 0;

    private final Map<Integer, EventChannels> domains = new HashMap<>();

    synchronized void add(int domid, EventChannels channels) {
        EventChannels old = domains.putIfAbsent(domid, channels);
        if (old != null) {
            throw new IllegalStateException("event channels: domid %d is taken".formatted(domid));
        }
    }

    synchronized void remove(int domid) {
        domains.remove(domid);
    }

    synchronized @Nullable EventChannels find(int domid) {
        return domains.get(domid);
    }
}
