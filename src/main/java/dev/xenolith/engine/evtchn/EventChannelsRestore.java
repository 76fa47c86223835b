package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.abi.Virq;
import dev.xenolith.engine.machine.GuestPage;

/**
 * Puts a saved state into event channels that are as new. The state comes from an image, so each number is checked;
 * what cannot be true is an {@link IllegalArgumentException}.
 *
 * <p>A backend's end waits for the backend to attach again. A channel to another guest has lost its peer, as if that
 * had closed it: it waits unbound.
 */
final class EventChannelsRestore {

    private final EventTable table;
    private final EventChannelsState state;
    private final int vcpus;

    EventChannelsRestore(EventTable table, EventChannelsState state) {
        this.table = table;
        this.state = state;
        this.vcpus = table.vcpus;
    }

    void run() {
        require("polls", state.polls().size() == vcpus, vcpus, state.polls().size());
        int limit = Math.max(state.maxPort(), 0) / PortTable.BUCKET + 1;
        require(
                "valid ports",
                state.validPorts() >= PortTable.BUCKET
                        && state.validPorts() % PortTable.BUCKET == 0
                        && state.validPorts() <= Math.min(limit * PortTable.BUCKET, EventFifo.PORTS),
                "buckets of 64",
                state.validPorts());
        table.ports.growTo(state.validPorts());
        state.channels().forEach(this::channel);
        state.channels().forEach(this::reconnect);
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            poll(vcpu, state.polls().get(vcpu));
        }
        state.fifo().ifPresent(this::fifo);
        state.inbox().forEach(port -> {
            require("inbox port", port > 0 && port < state.validPorts(), "a valid port", port);
            table.inbox.set(port);
        });
    }

    private void channel(EventChannelsState.Channel from) {
        require("port", from.port() > 0 && from.port() < state.validPorts(), "a valid port", from.port());
        require("vcpu", from.vcpu() >= 0 && from.vcpu() < vcpus, "below " + vcpus, from.vcpu());
        require("last vcpu", from.lastVcpu() >= 0 && from.lastVcpu() < vcpus, "below " + vcpus, from.lastVcpu());
        require("priority", isPriority(from.priority()), "0 to 15", from.priority());
        require("last priority", isPriority(from.lastPriority()), "0 to 15", from.lastPriority());
        require("kind", from.kind() != ChannelKind.RESERVED, "not reserved", from.kind());
        Channel to = table.ports.all().get(from.port());
        to.kind = from.kind();
        to.vcpu = from.vcpu();
        to.priority = from.priority();
        to.lastVcpu = from.lastVcpu();
        to.lastPriority = from.lastPriority();
        to.pendingBeforeArray = from.pendingBeforeArray();
        switch (from.kind()) {
            case UNBOUND -> to.unbind(from.remoteDomid());
            case INTERDOMAIN -> to.connect(from.remoteDomid(), from.remotePort(), null);
            case VIRQ -> virq(to, from.virq());
            case FREE, RESERVED, IPI -> {}
        }
        to.backendEnd = from.kind() == ChannelKind.INTERDOMAIN && from.backend();
    }

    private void virq(Channel to, int virq) {
        require("virq", virq >= 0 && virq < Virq.COUNT, "below " + Virq.COUNT, virq);
        require("virq bound twice", table.virqs.port(virq, to.vcpu) == 0, "once", virq);
        to.virq = virq;
        table.virqs.bind(virq, to.vcpu, to.port);
    }

    private void reconnect(EventChannelsState.Channel from) {
        Channel here = table.ports.all().get(from.port());
        if (here.kind != ChannelKind.INTERDOMAIN || here.backendEnd || here.peer != null) {
            return;
        }
        Channel there = table.ports.get(here.remotePort);
        boolean loopback = here.remoteDomid == table.guestDomid
                && there != null
                && there != here
                && there.kind == ChannelKind.INTERDOMAIN
                && there.remoteDomid == here.remoteDomid
                && there.remotePort == here.port;
        if (there != null && loopback) {
            here.peer = table;
            there.peer = table;
        } else {
            here.unbind(here.remoteDomid);
        }
    }

    private void poll(int vcpu, int port) {
        require("polled port", port >= Polls.ANY && port < state.validPorts(), "a valid port", port);
        if (port != Polls.NONE) {
            table.upcalls.polls().begin(vcpu, port);
        }
    }

    private void fifo(EventChannelsState.Fifo from) {
        require(
                "control blocks",
                from.controls().size() == vcpus,
                vcpus,
                from.controls().size());
        require("event array", from.arrayMfns().size() <= EventFifo.ARRAY_PAGES, "at most 128 pages", "more");
        FifoBits fifo = new FifoBits(table.upcalls);
        for (long mfn : from.arrayMfns()) {
            fifo.array().add(new FifoBits.ArrayPage(take(mfn)));
        }
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            control(fifo, vcpu, from.controls().get(vcpu));
        }
        table.bits = fifo;
    }

    private void control(FifoBits fifo, int vcpu, EventChannelsState.Control from) {
        require(
                "tails",
                from.tails().size() == EventFifo.QUEUES,
                EventFifo.QUEUES,
                from.tails().size());
        for (int queue = 0; queue < EventFifo.QUEUES; queue++) {
            int tail = from.tails().get(queue);
            require("tail", tail == 0 || (tail > 0 && tail < fifo.words()), "a port with a word", tail);
            fifo.tails()[vcpu * EventFifo.QUEUES + queue] = tail;
        }
        if (from.mfn() != EventChannelsState.NO_CONTROL) {
            require("control offset", FifoSetup.checkOffset(from.offset()) == 0, "aligned, in a page", from.offset());
            fifo.setControl(vcpu, new FifoBits.Control(from.offset(), take(from.mfn())));
        }
    }

    private GuestPage take(long mfn) {
        GuestPage page = table.frames.take(mfn);
        if (page == null) {
            throw new IllegalArgumentException(
                    "event channels: FIFO page: expected a frame of the domain, got 0x" + Long.toHexString(mfn));
        }
        return page;
    }

    private static boolean isPriority(int priority) {
        return priority >= 0 && priority <= EventFifo.PRIORITY_MIN;
    }

    private static void require(String what, boolean holds, Object expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "event channels: %s: expected %s, got %s".formatted(what, expected, got));
        }
    }
}
