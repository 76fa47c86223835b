package dev.xenolith.engine.backend;

import dev.xenolith.engine.ConsoleOutput;
import dev.xenolith.engine.DeviceSnapshot;
import dev.xenolith.engine.abi.GrantEntryV1;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.grant.GrantMapping;
import dev.xenolith.engine.grant.GrantRefusedException;
import dev.xenolith.engine.grant.Grants;
import dev.xenolith.engine.xenstore.DomainDirectory;
import dev.xenolith.engine.xenstore.GuestNames;
import dev.xenolith.engine.xenstore.StoreRing;
import dev.xenolith.engine.xenstore.Xenstore;
import java.util.List;

/**
 * The far ends that every PV domain has from its first instruction on: xenstore and the console, over the two rings
 * whose grants the toolstack seeds.
 */
public final class DomainBackends {

    /** Where the far ends find the domain, and it finds them. */
    public record Site(
            Xenstore store, GuestNames names, Grants grants, BackendPorts ports, ConsoleOutput output, Runnable wake) {}

    private final Site site;
    private final StoreRing store;
    private final ConsoleBackend console;

    private DomainBackends(Site site, GrantMapping storeRing, GrantMapping consoleRing) {
        this.site = site;
        this.store = site.store().introduce(site.names(), storeRing.page(), site.ports(), site.wake());
        this.console = new ConsoleBackend(consoleRing.page(), site.ports(), site.output());
    }

    /**
     * Furnishes a new domain: seeds the two grants, writes its xenstore directory, maps its rings and listens at its
     * ports.
     *
     * @throws IllegalArgumentException if a ring or a port is none; nothing is left in the store then
     */
    public static DomainBackends create(Site site, DomainDirectory.Spec spec) {
        site.grants().seed(GrantEntryV1.RESERVED_XENSTORE, spec.storeMfn());
        site.grants().seed(GrantEntryV1.RESERVED_CONSOLE, spec.consoleMfn());
        return orRelease(site, () -> {
            GrantMapping storeRing = site.grants().map(GrantEntryV1.RESERVED_XENSTORE, true);
            GrantMapping consoleRing = site.grants().map(GrantEntryV1.RESERVED_CONSOLE, true);
            DomainDirectory.create(site.store().toolstack(), spec);
            DomainBackends backends = new DomainBackends(site, storeRing, consoleRing);
            require(backends.store.connect(spec.storePort()), "xenstore", spec.storePort());
            require(backends.console.connect(spec.consolePort()), "console", spec.consolePort());
            return backends;
        });
    }

    /**
     * Puts the far ends of a saved domain back; its grants and event channels are restored already.
     *
     * @throws IllegalArgumentException if the state cannot be true
     */
    public static DomainBackends restore(Site site, BackendsState state) {
        return orRelease(site, () -> {
            GrantMapping storeRing = site.grants().reclaim(GrantEntryV1.RESERVED_XENSTORE);
            GrantMapping consoleRing = site.grants().reclaim(GrantEntryV1.RESERVED_CONSOLE);
            DomainBackends backends = new DomainBackends(site, storeRing, consoleRing);
            site.store().restore(site.names(), state.xenstore());
            int port = state.xenstore().connection().port();
            if (port != 0) {
                require(backends.store.reconnect(port), "xenstore", port);
            }
            backends.console.restore(state.console());
            return backends;
        });
    }

    /** A bounded amount of what waits; whether more does. */
    public boolean work() {
        return store.turn();
    }

    /** Queues typed bytes; how many were taken. */
    public int consoleInput(byte[] typed) {
        return console.input(typed);
    }

    public List<DeviceSnapshot> describe() {
        return List.of(console.describe(), store.describe());
    }

    public BackendsState state() {
        return new BackendsState(site.store().state(site.names()), console.state());
    }

    /** Lets everything go, with what xenstore knows of the domain. The domain's memory may be gone already. */
    public void release() {
        site.store().release(site.names());
    }

    private interface Furnishing {
        DomainBackends furnish() throws GrantRefusedException;
    }

    /** Leaves nothing of the domain in the store when it cannot be furnished. */
    private static DomainBackends orRelease(Site site, Furnishing furnishing) {
        try {
            return furnishing.furnish();
        } catch (GrantRefusedException refused) {
            site.store().release(site.names());
            throw new IllegalArgumentException(refused.getMessage(), refused);
        } catch (RuntimeException e) {
            site.store().release(site.names());
            throw e;
        }
    }

    private static void require(int error, String what, int port) {
        if (error != 0) {
            throw new IllegalArgumentException(what + ": expected port " + port + " to wait for its backend");
        }
    }
}
