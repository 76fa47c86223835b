package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.abi.EventFifo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One port of one domain. Changed under the fabric's lock; outside it only the domain's own carrier looks. */
final class Channel {

    final int port;
    ChannelKind kind = ChannelKind.FREE;
    /** The vcpu an event here is for. */
    int vcpu;
    /** Unbound: who may bind. Interdomain: whose the other end is, as this guest names it. */
    int remoteDomid;

    int remotePort;
    /** The other end, when a guest has it. */
    @Nullable
    EventTable peer;
    /** The other end, when a backend has it; null on a backend's port that nobody has attached to since a restore. */
    @Nullable
    BackendPort backend;
    /** The other end is, or was and will be, a backend of ours. */
    boolean backendEnd;

    int virq;

    /** FIFO: the queue the next event goes to. It outlives closing, as in Xen. */
    int priority = EventFifo.PRIORITY_DEFAULT;
    /** FIFO: the queue the last event went to. */
    int lastVcpu;

    int lastPriority;
    /** FIFO: raised while the guest had not given the array page that holds its word. */
    boolean pendingBeforeArray;

    Channel(int port) {
        this.port = port;
    }

    void unbind(int allowedDomid) {
        kind = ChannelKind.UNBOUND;
        remoteDomid = allowedDomid;
        remotePort = 0;
        peer = null;
        backend = null;
        backendEnd = false;
    }

    void connect(int domid, int port, @Nullable EventTable other) {
        kind = ChannelKind.INTERDOMAIN;
        remoteDomid = domid;
        remotePort = port;
        peer = other;
    }

    void free() {
        unbind(0);
        kind = ChannelKind.FREE;
        vcpu = 0;
        virq = 0;
    }

    EventChannelSnapshot describe(PendingBits bits) {
        String target = switch (kind) {
            case UNBOUND -> "waits for domain " + remoteDomid;
            case INTERDOMAIN -> "domain " + remoteDomid + " port " + remotePort;
            case VIRQ -> "virq " + virq;
            case IPI -> "vcpu " + vcpu;
            case FREE, RESERVED -> "";
        };
        String name = kind.name().toLowerCase(Locale.ROOT);
        return new EventChannelSnapshot(port, name, target, vcpu, bits.pending(this), bits.masked(this));
    }
}
