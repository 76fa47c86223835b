package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One domain's ports and what belongs to them, and the steps of which the operations are made. Changed under the
 * fabric's lock.
 */
final class EventTable {

    final EventFabric fabric;
    /** By what other domains know this one. */
    final int hostDomid;
    /** What this domain believes to be called. */
    final int guestDomid;

    final Upcalls upcalls;
    final int vcpus;
    final PortTable ports;
    final VirqTable virqs;
    final EventFrames frames;
    final FifoSetup fifoSetup;
    /** Ports that another domain raised and this domain's carrier has not delivered. */
    final BitSet inbox = new BitSet();

    PendingBits bits;

    EventTable(EventFabric fabric, int hostDomid, int guestDomid, EventVcpus vcpus, EventFrames frames, int maxPort) {
        this.fabric = fabric;
        this.hostDomid = hostDomid;
        this.guestDomid = guestDomid;
        this.vcpus = vcpus.count();
        this.upcalls = new Upcalls(vcpus);
        this.ports = new PortTable(maxPort);
        this.virqs = new VirqTable(vcpus.count());
        this.frames = frames;
        this.fifoSetup = new FifoSetup(frames);
        this.bits = new TwoLevelBits(upcalls);
    }

    boolean noVcpu(int vcpu) {
        return vcpu < 0 || vcpu >= vcpus;
    }

    void setPending(Channel channel) {
        bits.setPending(channel.vcpu, channel);
    }

    int newUnbound(int allowedDomid) {
        int port = ports.findFree(bits);
        if (port > 0) {
            Channel channel = ports.all().get(port);
            channel.unbind(allowedDomid);
            bits.bound(channel);
        }
        return port;
    }

    int newLocal(ChannelKind kind, int vcpu, int virq) {
        int port = ports.findFree(bits);
        if (port > 0) {
            Channel channel = ports.all().get(port);
            channel.kind = kind;
            channel.vcpu = vcpu;
            channel.virq = virq;
            bits.bound(channel);
        }
        return port;
    }

    /** A new port connected to a port of {@code remote} that waits for this domain. */
    int newInterdomain(EventTable remote, int remotePort) {
        int port = ports.findFree(bits);
        if (port < 0) {
            return port;
        }
        Channel there = remote.ports.get(remotePort);
        if (there == null || there.kind != ChannelKind.UNBOUND || there.remoteDomid != remote.nameOf(this)) {
            return -Errno.EINVAL;
        }
        Channel here = ports.all().get(port);
        here.connect(nameOf(remote), remotePort, remote);
        there.connect(remote.nameOf(this), port, this);
        bits.bound(here);
        // The peer may have sent before anybody was bound.
        setPending(here);
        return port;
    }

    void free(Channel channel) {
        bits.clearPending(channel);
        if (channel.kind == ChannelKind.VIRQ) {
            virqs.unbind(channel.virq, channel.vcpu);
        }
        EventTable peer = channel.peer;
        if (peer != null) {
            peer.ports.all().get(channel.remotePort).unbind(peer.nameOf(this));
            peer.inbox.clear(channel.remotePort);
        }
        inbox.clear(channel.port);
        channel.free();
    }

    /** Closes every port and goes back to the 2-level form; the backends that must be told. */
    List<BackendPort> freeAll() {
        List<BackendPort> told = new ArrayList<>();
        for (Channel channel : ports.all()) {
            if (channel.kind.usable()) {
                if (channel.backend != null) {
                    told.add(channel.backend);
                }
                free(channel);
            }
        }
        if (bits instanceof FifoBits fifo) {
            fifoSetup.release(fifo);
            bits = new TwoLevelBits(upcalls);
        }
        return told;
    }

    /** An event from the other end: delivered here if that is this domain too, else left for its carrier. */
    boolean raiseFrom(EventTable sender, int port) {
        if (sender == this) {
            setPending(ports.all().get(port));
            return false;
        }
        inbox.set(port);
        return true;
    }

    void deliverInbox() {
        for (int port = inbox.nextSetBit(0); port >= 0; port = inbox.nextSetBit(port + 1)) {
            Channel channel = ports.all().get(port);
            if (channel.kind.usable()) {
                setPending(channel);
            }
        }
        inbox.clear();
    }

    /** Whom the guest means, or null: nobody, or the control domain. */
    @Nullable
    EventTable resolve(int domid) {
        if (domid == DomidSpecial.SELF || domid == guestDomid) {
            return this;
        }
        EventTable found = fabric.find(domid);
        return found == this ? null : found;
    }

    /** How this guest names another domain. */
    int nameOf(EventTable other) {
        return other == this ? guestDomid : other.hostDomid;
    }

    /** 0 when the guest may act on that domain, which is itself only. */
    int deniedOver(int domid) {
        EventTable target = resolve(domid);
        if (target == this) {
            return 0;
        }
        return target == null && domid != EventFabric.BACKEND_DOMID ? -Errno.ESRCH : -Errno.EPERM;
    }
}
