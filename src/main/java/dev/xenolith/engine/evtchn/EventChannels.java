package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.Virq;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event channels of one domain. Calls answer 0, a port, or a negative errno, as the hypercall does; all are made on
 * the domain's carrier. {@link EventVcpus#kick} may be called under the fabric's lock and only sets flags; backends and
 * other domains are told after it is released.
 *
 * <p>A domain has two names: the one the host knows, and the one the guest believes it has, which differ after a
 * transparent restore. Its own channels speak of the second, the other end of an interdomain channel of the first.
 */
public final class EventChannels {

    private final EventFabric fabric;
    private final int hostDomid;
    private final int guestDomid;
    private final Upcalls upcalls;
    private final PortTable ports;
    private final FifoSetup fifoSetup;
    private final VirqTable virqs;
    /** Ports that another domain raised and that this carrier has not delivered; under the fabric's lock. */
    private final BitSet inbox = new BitSet();

    private final BackendPorts backends;
    private PendingBits bits;

    /** @param maxPort the highest port the domain may have; xl's default is 1023 */
    public EventChannels(
            EventFabric fabric, int hostDomid, int guestDomid, EventVcpus vcpus, EventFrames frames, int maxPort) {
        this.fabric = fabric;
        this.hostDomid = hostDomid;
        this.guestDomid = guestDomid;
        this.upcalls = new Upcalls(vcpus);
        this.ports = new PortTable(maxPort);
        this.fifoSetup = new FifoSetup(frames);
        this.virqs = new VirqTable(vcpus.count());
        this.bits = new TwoLevelBits(upcalls);
        this.backends = new BackendPorts(this);
    }

    /** From now on other domains can find this one. */
    public void open() {
        fabric.add(hostDomid, this);
    }

    // --- what the guest asks -----------------------------------------------------------------------------------------

    public int allocUnbound(int domid, int remoteDomid) {
        synchronized (fabric) {
            int denied = deniedOver(domid);
            return denied != 0 ? denied : newUnbound(remoteDomid == DomidSpecial.SELF ? guestDomid : remoteDomid);
        }
    }

    public int bindInterdomain(int remoteDomid, int remotePort) {
        synchronized (fabric) {
            if (remoteDomid == EventFabric.BACKEND_DOMID) {
                // The control domain's ports are our backends' own; none waits for a guest to bind it.
                return -Errno.EINVAL;
            }
            EventChannels remote = resolve(remoteDomid);
            if (remote == null) {
                return -Errno.ESRCH;
            }
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
            bits.setPending(here.vcpu, here);
            return port;
        }
    }

    public int bindVirq(int virq, int vcpu) {
        synchronized (fabric) {
            if (virq < 0 || virq >= Virq.COUNT) {
                return -Errno.EINVAL;
            }
            VirqKind kind = VirqKind.of(virq);
            if (kind != VirqKind.VCPU && vcpu != 0) {
                return -Errno.EINVAL;
            }
            if (noVcpu(vcpu)) {
                return -Errno.ENOENT;
            }
            if (kind == VirqKind.GLOBAL) {
                return -Errno.EBUSY;
            }
            if (virqs.port(virq, vcpu) != 0) {
                return -Errno.EEXIST;
            }
            int port = bindLocal(ChannelKind.VIRQ, vcpu, virq);
            if (port > 0) {
                virqs.bind(virq, vcpu, port);
            }
            return port;
        }
    }

    public int bindIpi(int vcpu) {
        synchronized (fabric) {
            return noVcpu(vcpu) ? -Errno.ENOENT : bindLocal(ChannelKind.IPI, vcpu, 0);
        }
    }

    /** A guest has no physical interrupts. */
    public int bindPirq(int pirq) {
        return -Errno.EINVAL;
    }

    public int close(int port) {
        BackendPort told;
        synchronized (fabric) {
            Channel channel = ports.get(port);
            if (channel == null || !channel.kind.usable()) {
                return -Errno.EINVAL;
            }
            told = channel.backend;
            free(channel);
        }
        if (told != null) {
            told.closed();
        }
        return 0;
    }

    public int send(int port) {
        BackendPort told;
        EventChannels woken = null;
        synchronized (fabric) {
            Channel channel = ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            switch (channel.kind) {
                case INTERDOMAIN -> {
                    if (channel.peer != null && channel.peer.raiseFrom(this, channel.remotePort)) {
                        woken = channel.peer;
                    }
                }
                case IPI -> bits.setPending(channel.vcpu, channel);
                case UNBOUND -> {} // Nobody listens yet: dropped.
                case FREE, RESERVED, VIRQ -> {
                    return -Errno.EINVAL;
                }
            }
            told = channel.backend;
        }
        if (woken != null) {
            woken.upcalls.vcpus().wake();
        }
        if (told != null) {
            told.notified();
        }
        return 0;
    }

    /** The channel's status as {@code EVTCHNOP_status} gives it, or a negative errno in {@link ChannelStatus#error}. */
    public ChannelStatus status(int domid, int port) {
        synchronized (fabric) {
            int denied = deniedOver(domid);
            if (denied == -Errno.ESRCH) {
                return ChannelStatus.failed(denied);
            }
            EventChannels owner = resolve(domid);
            if (owner == null) {
                return ChannelStatus.failed(denied);
            }
            Channel channel = owner.ports.get(port);
            if (channel == null) {
                return ChannelStatus.failed(-Errno.EINVAL);
            }
            return denied != 0 ? ChannelStatus.failed(denied) : ChannelStatus.of(channel);
        }
    }

    public int bindVcpu(int port, int vcpu) {
        synchronized (fabric) {
            if (noVcpu(vcpu)) {
                return -Errno.ENOENT;
            }
            Channel channel = ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            return switch (channel.kind) {
                case UNBOUND, INTERDOMAIN -> rebind(channel, vcpu);
                case VIRQ -> VirqKind.of(channel.virq) == VirqKind.VCPU ? -Errno.EINVAL : rebind(channel, vcpu);
                case FREE, RESERVED, IPI -> -Errno.EINVAL;
            };
        }
    }

    public int unmask(int port) {
        synchronized (fabric) {
            Channel channel = ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            if (channel.kind.usable()) {
                bits.unmask(channel);
            }
            return 0;
        }
    }

    /** Closes every port and goes back to the 2-level form. */
    public int reset(int domid) {
        synchronized (fabric) {
            int denied = deniedOver(domid);
            if (denied != 0) {
                return denied;
            }
        }
        closeAll();
        return 0;
    }

    public int initControl(int vcpu, long guestMfn, int offset) {
        synchronized (fabric) {
            if (noVcpu(vcpu)) {
                return -Errno.ENOENT;
            }
            int wrong = FifoSetup.checkOffset(offset);
            if (wrong != 0) {
                return wrong;
            }
            if (bits instanceof FifoBits fifo) {
                return fifoSetup.addControl(fifo, vcpu, guestMfn, offset);
            }
            FifoBits fifo = new FifoBits(upcalls);
            int error = fifoSetup.addControl(fifo, vcpu, guestMfn, offset);
            if (error == 0) {
                FifoSetup.carryOver(ports, bits);
                bits = fifo;
            }
            return error;
        }
    }

    public int expandArray(long guestMfn) {
        synchronized (fabric) {
            return bits instanceof FifoBits fifo ? fifoSetup.expand(fifo, ports, guestMfn) : -Errno.EOPNOTSUPP;
        }
    }

    public int setPriority(int port, int priority) {
        synchronized (fabric) {
            Channel channel = ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            if (bits instanceof TwoLevelBits) {
                return -Errno.ENOSYS;
            }
            return channel.kind.usable() ? bits.setPriority(channel, priority) : -Errno.EACCES;
        }
    }

    // --- what the hypervisor does ------------------------------------------------------------------------------------

    /** Raises a virq of one vcpu, or a domain-wide one (then of vcpu 0's binding); nothing if the guest has not bound it. */
    public void sendVirq(int virq, int vcpu) {
        boolean own = VirqKind.of(virq) == VirqKind.VCPU;
        int port = virqs.port(virq, vcpu);
        if (port != 0) {
            Channel channel = ports.all().get(port);
            bits.setPending(own ? vcpu : channel.vcpu, channel);
        }
    }

    public boolean virqBound(int virq, int vcpu) {
        return virqs.port(virq, vcpu) != 0;
    }

    /** The backends' side of this domain's channels. */
    public BackendPorts backends() {
        return backends;
    }

    /** Delivers what other domains raised since the last turn. */
    public void deliverInbox() {
        synchronized (fabric) {
            for (int port = inbox.nextSetBit(0); port >= 0; port = inbox.nextSetBit(port + 1)) {
                Channel channel = ports.all().get(port);
                bits.setPending(channel.vcpu, channel);
            }
            inbox.clear();
        }
    }

    /** Whether a vcpu must enter its event callback now: its upcall is pending and not masked. */
    public boolean upcallDue(int vcpu) {
        return upcalls.due(vcpu);
    }

    /** Marks everything pending for a vcpu whose {@code vcpu_info} has just moved, so that nothing is lost. */
    public void vcpuInfoMoved(int vcpu) {
        upcalls.markEverything(vcpu);
    }

    /**
     * {@code SCHEDOP_poll}: 1 when the vcpu must sleep, 0 when something is pending already, {@code -EINVAL} for a port
     * that is none.
     */
    public int poll(int vcpu, int[] polled) {
        if (upcallDue(vcpu)) {
            return 0;
        }
        for (int port : polled) {
            Channel channel = ports.get(port);
            if (channel == null || !channel.kind.usable()) {
                return -Errno.EINVAL;
            }
            if (bits.pending(channel)) {
                return 0;
            }
        }
        upcalls.polls().begin(vcpu, polled.length == 1 ? polled[0] : Polls.ANY);
        return 1;
    }

    /** The poll ended for another reason: its time was up. */
    public void endPoll(int vcpu) {
        upcalls.polls().end(vcpu);
    }

    /** Closes everything, as the domain's end does, and makes it unfindable. */
    public void destroy() {
        closeAll();
        synchronized (fabric) {
            fabric.remove(hostDomid);
        }
    }

    // --- beneath -----------------------------------------------------------------------------------------------------

    EventFabric fabric() {
        return fabric;
    }

    PortTable ports() {
        return ports;
    }

    PendingBits bits() {
        return bits;
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

    private int bindLocal(ChannelKind kind, int vcpu, int virq) {
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

    private static int rebind(Channel channel, int vcpu) {
        channel.vcpu = vcpu;
        return 0;
    }

    private void free(Channel channel) {
        bits.clearPending(channel);
        if (channel.kind == ChannelKind.VIRQ) {
            virqs.unbind(channel.virq, channel.vcpu);
        }
        EventChannels peer = channel.peer;
        if (peer != null) {
            peer.ports.all().get(channel.remotePort).unbind(peer.nameOf(this));
            peer.inbox.clear(channel.remotePort);
        }
        inbox.clear(channel.port);
        channel.free();
    }

    private void closeAll() {
        List<BackendPort> told = new ArrayList<>();
        synchronized (fabric) {
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
        }
        told.forEach(BackendPort::closed);
    }

    /** An event from the other end: delivered here if that is this domain too, else left for its own carrier. */
    private boolean raiseFrom(EventChannels sender, int port) {
        if (sender == this) {
            Channel channel = ports.all().get(port);
            bits.setPending(channel.vcpu, channel);
            return false;
        }
        inbox.set(port);
        return true;
    }

    private boolean noVcpu(int vcpu) {
        return vcpu < 0 || vcpu >= upcalls.vcpus().count();
    }

    /** Whom the guest means, or null: nobody, or the control domain. */
    private @Nullable EventChannels resolve(int domid) {
        if (domid == DomidSpecial.SELF || domid == guestDomid) {
            return this;
        }
        EventChannels found = fabric.find(domid);
        return found == this ? null : found;
    }

    /** How this guest names another domain. */
    private int nameOf(EventChannels other) {
        return other == this ? guestDomid : other.hostDomid;
    }

    /** 0 when the guest may act on that domain, which is itself only. */
    private int deniedOver(int domid) {
        EventChannels target = resolve(domid);
        if (target == this) {
            return 0;
        }
        return target == null && domid != EventFabric.BACKEND_DOMID ? -Errno.ESRCH : -Errno.EPERM;
    }
}
