package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.backend.BackendsState;
import dev.xenolith.engine.backend.DomainBackends;
import dev.xenolith.engine.domain.GuestDomain;
import dev.xenolith.engine.stream.ContextDomain;
import org.jspecify.annotations.Nullable;

/**
 * A domain as the host wires it: the guest, and the far ends it talks to. Whoever hands it over holds it at rest (paused,
 * inside {@code GuestDomain.call}), so there is nothing left to pause.
 */
public final class DomainParts implements ContextDomain {

    private final GuestDomain guest;
    private final DomainBackends.Site site;
    private @Nullable DomainBackends backends;

    private DomainParts(GuestDomain guest, DomainBackends.Site site, @Nullable DomainBackends backends) {
        this.guest = guest;
        this.site = site;
        this.backends = backends;
    }

    /** A domain to be saved. */
    public static DomainParts of(GuestDomain guest, DomainBackends.Site site, DomainBackends backends) {
        return new DomainParts(guest, site, backends);
    }

    /** A domain to be restored: its far ends come back with the rest of its state. */
    public static DomainParts unfurnished(GuestDomain guest, DomainBackends.Site site) {
        return new DomainParts(guest, site, null);
    }

    public GuestDomain guest() {
        return guest;
    }

    public DomainBackends.Site site() {
        return site;
    }

    public boolean isFurnished() {
        return backends != null;
    }

    public DomainBackends backends() {
        DomainBackends present = backends;
        if (present == null) {
            throw new IllegalStateException("far ends of a domain: expected it to be furnished");
        }
        return present;
    }

    void furnish(BackendsState state) {
        if (backends != null) {
            throw new IllegalStateException("far ends of a domain: expected to be restored once");
        }
        backends = DomainBackends.restore(site, state);
    }

    @Override
    public DomainState state() {
        return guest.lifecycle().state();
    }

    @Override
    public int vcpus() {
        return guest.vcpuCount();
    }

    @Override
    public void pause() {
        if (guest.lifecycle().isRunning()) {
            throw new IllegalStateException("domain context of a running domain: expected it at rest");
        }
    }

    @Override
    public void unpause() {}
}
