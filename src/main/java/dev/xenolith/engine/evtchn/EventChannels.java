package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.Virq;
import java.util.List;

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
    /** So many interrupt lines exist in name for every domain. */
    private static final int PIRQS = 32;

    private final EventTable table;
    private final BackendPorts backends;

    /** @param maxPort the highest port the domain may have; xl's default is 1023 */
    public EventChannels(
            EventFabric fabric, int hostDomid, int guestDomid, EventVcpus vcpus, EventFrames frames, int maxPort) {
        this.fabric = fabric;
        this.table = new EventTable(fabric, hostDomid, guestDomid, vcpus, frames, maxPort);
        this.backends = new BackendPorts(table);
    }

    /** From now on other domains can find this one. */
    public void open() {
        fabric.add(table);
    }

    // --- what the guest asks -----------------------------------------------------------------------------------------

    public int allocUnbound(int domid, int remoteDomid) {
        synchronized (fabric) {
            int denied = table.deniedOver(domid);
            return denied != 0
                    ? denied
                    : table.newUnbound(remoteDomid == DomidSpecial.SELF ? table.guestDomid : remoteDomid);
        }
    }

    public int bindInterdomain(int remoteDomid, int remotePort) {
        synchronized (fabric) {
            if (remoteDomid == EventFabric.BACKEND_DOMID) {
                // The control domain's ports are our backends' own; none waits for a guest to bind it.
                return -Errno.EINVAL;
            }
            EventTable remote = table.resolve(remoteDomid);
            if (remote == null) {
                return -Errno.ESRCH;
            }
            return table.newInterdomain(remote, remotePort);
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
            if (table.noVcpu(vcpu)) {
                return -Errno.ENOENT;
            }
            if (kind == VirqKind.GLOBAL) {
                return -Errno.EBUSY;
            }
            if (table.virqs.port(virq, vcpu) != 0) {
                return -Errno.EEXIST;
            }
            int port = table.newLocal(ChannelKind.VIRQ, vcpu, virq);
            if (port > 0) {
                table.virqs.bind(virq, vcpu, port);
            }
            return port;
        }
    }

    public int bindIpi(int vcpu) {
        synchronized (fabric) {
            return table.noVcpu(vcpu) ? -Errno.ENOENT : table.newLocal(ChannelKind.IPI, vcpu, 0);
        }
    }

    /** A guest has no physical interrupts; it may not even bind one that exists. */
    public int bindPirq(int pirq) {
        return pirq < 0 || pirq >= PIRQS ? -Errno.EINVAL : -Errno.EPERM;
    }

    public int close(int port) {
        BackendPort told;
        synchronized (fabric) {
            Channel channel = table.ports.get(port);
            if (channel == null || !channel.kind.usable()) {
                return -Errno.EINVAL;
            }
            told = channel.backend;
            table.free(channel);
        }
        if (told != null) {
            told.closed();
        }
        return 0;
    }

    public int send(int port) {
        BackendPort told;
        EventTable woken = null;
        synchronized (fabric) {
            Channel channel = table.ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            switch (channel.kind) {
                case INTERDOMAIN -> {
                    if (channel.peer != null && channel.peer.raiseFrom(table, channel.remotePort)) {
                        woken = channel.peer;
                    }
                }
                case IPI -> table.setPending(channel);
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
            int denied = table.deniedOver(domid);
            if (denied == -Errno.ESRCH) {
                return ChannelStatus.failed(denied);
            }
            EventTable owner = table.resolve(domid);
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
            if (table.noVcpu(vcpu)) {
                return -Errno.ENOENT;
            }
            Channel channel = table.ports.get(port);
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
            Channel channel = table.ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            if (channel.kind.usable()) {
                table.bits.unmask(channel);
            }
            return 0;
        }
    }

    /** Closes every port and goes back to the 2-level form. */
    public int reset(int domid) {
        synchronized (fabric) {
            int denied = table.deniedOver(domid);
            if (denied != 0) {
                return denied;
            }
        }
        closeAll();
        return 0;
    }

    public int initControl(int vcpu, long guestMfn, int offset) {
        synchronized (fabric) {
            if (table.noVcpu(vcpu)) {
                return -Errno.ENOENT;
            }
            int wrong = FifoSetup.checkOffset(offset);
            if (wrong != 0) {
                return wrong;
            }
            if (table.bits instanceof FifoBits fifo) {
                return table.fifoSetup.addControl(fifo, vcpu, guestMfn, offset);
            }
            FifoBits fifo = new FifoBits(table.upcalls);
            int error = table.fifoSetup.addControl(fifo, vcpu, guestMfn, offset);
            if (error == 0) {
                FifoSetup.carryOver(table.ports, table.bits);
                table.bits = fifo;
            }
            return error;
        }
    }

    public int expandArray(long guestMfn) {
        synchronized (fabric) {
            return table.bits instanceof FifoBits fifo
                    ? table.fifoSetup.expand(fifo, table.ports, guestMfn)
                    : -Errno.EOPNOTSUPP;
        }
    }

    public int setPriority(int port, int priority) {
        synchronized (fabric) {
            Channel channel = table.ports.get(port);
            if (channel == null) {
                return -Errno.EINVAL;
            }
            if (table.bits instanceof TwoLevelBits) {
                return -Errno.ENOSYS;
            }
            return channel.kind.usable() ? table.bits.setPriority(channel, priority) : -Errno.EACCES;
        }
    }

    // --- what the hypervisor does ------------------------------------------------------------------------------------

    /** Raises a virq of one vcpu, or a domain-wide one (then of vcpu 0's binding); nothing if the guest has not bound it. */
    public void sendVirq(int virq, int vcpu) {
        boolean own = VirqKind.of(virq) == VirqKind.VCPU;
        int port = table.virqs.port(virq, vcpu);
        if (port != 0) {
            Channel channel = table.ports.all().get(port);
            table.bits.setPending(own ? vcpu : channel.vcpu, channel);
        }
    }

    public boolean virqBound(int virq, int vcpu) {
        return table.virqs.port(virq, vcpu) != 0;
    }

    /** The backends' side of this domain's channels. */
    public BackendPorts backends() {
        return backends;
    }

    /** Delivers what other domains raised since the last turn. */
    public void deliverInbox() {
        synchronized (fabric) {
            table.deliverInbox();
        }
    }

    /** Whether a vcpu must enter its event callback now: its upcall is pending and not masked. */
    public boolean upcallDue(int vcpu) {
        return table.upcalls.due(vcpu);
    }

    /** Marks everything pending for a vcpu whose {@code vcpu_info} has just moved, so that nothing is lost. */
    public void vcpuInfoMoved(int vcpu) {
        table.upcalls.markEverything(vcpu);
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
            Channel channel = table.ports.get(port);
            if (channel == null || !channel.kind.usable()) {
                return -Errno.EINVAL;
            }
            if (table.bits.pending(channel)) {
                return 0;
            }
        }
        table.upcalls.polls().begin(vcpu, polled.length == 1 ? polled[0] : Polls.ANY);
        return 1;
    }

    /** The poll ended for another reason: its time was up. */
    public void endPoll(int vcpu) {
        table.upcalls.polls().end(vcpu);
    }

    /** Closes everything, as the domain's end does, and makes it unfindable. */
    public void destroy() {
        synchronized (fabric) {
            table.bits = new NoBits();
        }
        closeAll();
        synchronized (fabric) {
            fabric.remove(table);
        }
    }

    // --- looking and saving -----------------------------------------------------------------------------------------

    /** Every port in use, for people to read. */
    public List<EventChannelSnapshot> list() {
        synchronized (fabric) {
            return table.ports.all().stream()
                    .filter(channel -> channel.kind.usable())
                    .map(channel -> channel.describe(table.bits))
                    .toList();
        }
    }

    /** The state of quiescent event channels. */
    public EventChannelsState state() {
        synchronized (fabric) {
            return EventChannelsSave.of(table);
        }
    }

    /**
     * Takes a saved state over into new event channels, before {@link #open}. Guest memory must be there already.
     *
     * @throws IllegalArgumentException if the state cannot be true
     */
    public void restore(EventChannelsState state) {
        synchronized (fabric) {
            new EventChannelsRestore(table, state).run();
        }
    }

    /** The rules that do not hold, one sentence each. */
    public List<String> checkInvariants() {
        synchronized (fabric) {
            return new EventChannelsAudit(table).run();
        }
    }

    private void closeAll() {
        List<BackendPort> told;
        synchronized (fabric) {
            told = table.freeAll();
        }
        told.forEach(BackendPort::closed);
    }

    private static int rebind(Channel channel, int vcpu) {
        channel.vcpu = vcpu;
        return 0;
    }
}
