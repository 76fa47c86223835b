package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Errno;

/**
 * How backends of ours, which speak in the name of domain 0, hold the other end of a guest's channels. A guest sees
 * what it would see of a real one: unbound for domain 0, then interdomain with it.
 */
public final class BackendPorts {

    private final EventTable table;

    BackendPorts(EventTable table) {
        this.table = table;
    }

    /** An unbound port of the guest that waits for a backend, as the toolstack allocates for console and xenstore. */
    public int alloc() {
        synchronized (table.fabric) {
            return table.newUnbound(EventFabric.BACKEND_DOMID);
        }
    }

    /**
     * Binds a backend to a port that the guest left unbound for it. The backend is told once, since the guest may have
     * sent before. 0 or a negative errno.
     */
    public int bind(int port, BackendPort backend) {
        synchronized (table.fabric) {
            Channel channel = table.ports.get(port);
            boolean waits = channel != null
                    && channel.kind == ChannelKind.UNBOUND
                    && channel.remoteDomid == EventFabric.BACKEND_DOMID;
            if (channel == null || !waits) {
                return -Errno.EINVAL;
            }
            channel.connect(EventFabric.BACKEND_DOMID, port, null);
            channel.backendEnd = true;
            channel.backend = backend;
        }
        backend.notified();
        return 0;
    }

    /**
     * Gives a port that was a backend's when the domain was saved back to it. Nothing was sent meanwhile, so nothing is
     * told: a restored domain is as it was saved until it runs. 0 or a negative errno.
     */
    public int reattach(int port, BackendPort backend) {
        synchronized (table.fabric) {
            Channel channel = table.ports.get(port);
            if (channel == null || !channel.backendEnd || channel.backend != null) {
                return -Errno.EINVAL;
            }
            channel.backend = backend;
            return 0;
        }
    }

    /** The backend lets go: the guest's port waits for one again. */
    public void unbind(int port) {
        synchronized (table.fabric) {
            Channel channel = table.ports.get(port);
            if (channel != null && channel.backendEnd) {
                channel.unbind(EventFabric.BACKEND_DOMID);
            }
        }
    }

    /** The backend notifies the guest; nothing when the guest has closed the port meanwhile. */
    public void raise(int port) {
        Channel channel = table.ports.get(port);
        if (channel != null && channel.backendEnd) {
            table.setPending(channel);
        }
    }
}
