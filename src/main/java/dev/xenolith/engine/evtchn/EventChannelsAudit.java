package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.abi.Virq;
import java.util.ArrayList;
import java.util.List;

/** What must always hold of a domain's event channels; each broken rule is one sentence. */
final class EventChannelsAudit {

    private final EventTable table;
    private final int vcpus;
    private final List<String> broken = new ArrayList<>();

    EventChannelsAudit(EventTable table) {
        this.table = table;
        this.vcpus = table.vcpus;
    }

    List<String> run() {
        table.ports.all().forEach(this::channel);
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            for (int virq = 0; virq < Virq.COUNT; virq++) {
                virq(virq, vcpu, table.virqs.port(virq, vcpu));
            }
        }
        if (table.bits instanceof FifoBits fifo) {
            fifo(fifo);
        }
        return broken;
    }

    private void channel(Channel channel) {
        check(
                channel.vcpu >= 0 && channel.vcpu < vcpus,
                "port %d: vcpu %d is none".formatted(channel.port, channel.vcpu));
        check(
                (channel.port == 0) == (channel.kind == ChannelKind.RESERVED),
                "port %d is %s".formatted(channel.port, channel.kind));
        if (channel.kind == ChannelKind.VIRQ) {
            int port = table.virqs.port(channel.virq, channel.vcpu);
            check(port == channel.port, "port %d: virq %d is at port %d".formatted(channel.port, channel.virq, port));
        }
        boolean connected = channel.kind == ChannelKind.INTERDOMAIN;
        check(connected || channel.peer == null, "port %d is %s and has a peer".formatted(channel.port, channel.kind));
        check(
                connected || !channel.backendEnd,
                "port %d is %s and has a backend".formatted(channel.port, channel.kind));
        EventTable peer = channel.peer;
        if (connected && peer != null) {
            Channel there = peer.ports.get(channel.remotePort);
            check(
                    there != null && there.peer == table && there.remotePort == channel.port,
                    "port %d: the other end, port %d, is not its".formatted(channel.port, channel.remotePort));
        }
    }

    private void virq(int virq, int vcpu, int port) {
        if (port == 0) {
            return;
        }
        Channel channel = table.ports.get(port);
        check(
                channel != null && channel.kind == ChannelKind.VIRQ && channel.virq == virq,
                "virq %d of vcpu %d: port %d is not bound to it".formatted(virq, vcpu, port));
    }

    private void fifo(FifoBits fifo) {
        for (int queue = 0; queue < fifo.tails().length; queue++) {
            int tail = fifo.tails()[queue];
            check(
                    tail >= 0 && (tail == 0 || tail < fifo.words()),
                    "FIFO queue %d of vcpu %d: tail %d has no event word"
                            .formatted(queue % EventFifo.QUEUES, queue / EventFifo.QUEUES, tail));
        }
    }

    private void check(boolean holds, String rule) {
        if (!holds) {
            broken.add(rule);
        }
    }
}
