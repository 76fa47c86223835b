package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.EventFifo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads the state out of quiescent event channels. */
final class EventChannelsSave {

    private EventChannelsSave() {}

    static EventChannelsState of(EventTable table) {
        List<EventChannelsState.Channel> channels = new ArrayList<>();
        for (Channel channel : table.ports.all()) {
            EventChannelsState.Channel saved = of(channel);
            if (channel.port != 0 && !saved.equals(of(new Channel(channel.port)))) {
                channels.add(saved);
            }
        }
        Optional<EventChannelsState.Fifo> fifo = table.bits instanceof FifoBits bits
                ? Optional.of(of(bits, table.vcpus, table.frames))
                : Optional.empty();
        return new EventChannelsState(
                table.ports.maxPort(),
                table.ports.valid(),
                List.copyOf(channels),
                Arrays.stream(table.upcalls.polls().ports()).boxed().toList(),
                fifo,
                table.inbox.stream().boxed().toList());
    }

    private static EventChannelsState.Channel of(Channel channel) {
        boolean connected = channel.kind == ChannelKind.INTERDOMAIN;
        boolean names = connected || channel.kind == ChannelKind.UNBOUND;
        return new EventChannelsState.Channel(
                channel.port,
                channel.kind,
                channel.vcpu,
                names ? channel.remoteDomid : 0,
                connected ? channel.remotePort : 0,
                channel.backendEnd,
                channel.kind == ChannelKind.VIRQ ? channel.virq : 0,
                channel.priority,
                channel.lastVcpu,
                channel.lastPriority,
                channel.pendingBeforeArray);
    }

    private static EventChannelsState.Fifo of(FifoBits bits, int vcpus, EventFrames frames) {
        List<EventChannelsState.Control> controls = new ArrayList<>();
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            int first = vcpu * EventFifo.QUEUES;
            List<Integer> tails = Arrays.stream(bits.tails(), first, first + EventFifo.QUEUES)
                    .boxed()
                    .toList();
            FifoBits.Control control = bits.control(vcpu);
            controls.add(
                    control == null
                            ? new EventChannelsState.Control(EventChannelsState.NO_CONTROL, 0, tails)
                            : new EventChannelsState.Control(frames.guestMfn(control.page()), control.offset(), tails));
        }
        return new EventChannelsState.Fifo(
                List.copyOf(controls),
                bits.array().stream().map(page -> frames.guestMfn(page.page())).toList());
    }
}
