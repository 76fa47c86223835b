package dev.xenolith.engine.evtchn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventChannelOp;
import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.abi.Virq;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A transparent save carries what guest memory does not hold, and a restored domain goes on with it. */
class EventChannelsStateTest {

    private final EventFabric fabric = new EventFabric();
    private final FakeDomain domain = new FakeDomain(fabric, 5, 2);
    private final EventChannels events = domain.events;

    @Test
    void restoresEveryKindOfPort() {
        events.bindVirq(Virq.TIMER, 1);
        events.bindIpi(1);
        int console = events.backends().alloc();
        events.backends().bind(console, new Ignored());
        int waiting = events.allocUnbound(DomidSpecial.SELF, 9);
        int loop = events.allocUnbound(DomidSpecial.SELF, DomidSpecial.SELF);
        int back = events.bindInterdomain(DomidSpecial.SELF, loop);
        domain.mask(waiting);
        domain.acknowledge(0);
        assertThat(events.poll(0, new int[] {waiting})).isEqualTo(1);

        FakeDomain restored = restore(domain);

        assertThat(restored.events.state()).isEqualTo(events.state());
        assertThat(restored.events.checkInvariants()).isEmpty();
        restored.events.sendVirq(Virq.TIMER, 1);
        assertThat(restored.kicks).containsExactly(1);
        assertThat(restored.events.send(back)).isZero();
        assertThat(restored.pending(loop)).isTrue();
        assertThat(restored.events.send(console)).as("nobody attached yet").isZero();
        assertThat(restored.events.backends().reattach(console, new Ignored())).isZero();
        assertThat(restored.events.status(5, console).status()).isEqualTo(EventChannelOp.STATUS_INTERDOMAIN);
        assertThat(restored.events.backends().reattach(console, new Ignored())).isEqualTo(-Errno.EINVAL);
        assertThat(restored.events.backends().reattach(waiting, new Ignored())).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void restoresFifoQueuesInTheMiddleOfTheirWork() {
        for (long mfn = 1; mfn <= 3; mfn++) {
            domain.frame(mfn);
        }
        events.initControl(0, 1, 8);
        events.initControl(1, 2, 0);
        events.expandArray(3);
        int a = events.bindIpi(0);
        int b = events.bindIpi(0);
        events.setPriority(b, 1);
        events.send(a);
        events.send(b);

        FakeDomain restored = restore(domain);

        assertThat(restored.events.state()).isEqualTo(events.state());
        int c = restored.events.bindIpi(0);
        restored.events.send(c);
        int linked = restored.frame(3).getInt(a * 4) & EventFifo.LINK_MASK;
        assertThat(linked).as("appended behind the saved tail").isEqualTo(c);
    }

    @Test
    void leavesAPortOfAPeerThatDidNotComeAlongUnbound() {
        FakeDomain peer = new FakeDomain(fabric, 6, 1);
        int theirs = peer.events.allocUnbound(DomidSpecial.SELF, 5);
        int ours = events.bindInterdomain(6, theirs);

        FakeDomain restored = restore(domain);

        assertThat(restored.events.status(5, ours).status()).isEqualTo(EventChannelOp.STATUS_UNBOUND);
        assertThat(restored.events.checkInvariants()).isEmpty();
    }

    @Test
    void carriesWhatAPeerRaisedAndWasNotDelivered() {
        FakeDomain peer = new FakeDomain(fabric, 6, 1);
        int ours = events.allocUnbound(DomidSpecial.SELF, 6);
        peer.events.send(peer.events.bindInterdomain(5, ours));
        FakeDomain restored = restore(domain);
        restored.events.deliverInbox();
        assertThat(restored.pending(ours)).isTrue();
    }

    @Test
    void refusesAStateThatCannotBeTrue() {
        events.bindIpi(1);
        EventChannelsState good = events.state();
        EventChannelsState.Channel ipi = good.channels().get(0);
        refuses(with(good, channel(ipi, 64, 1, ChannelKind.IPI, 0)), "port");
        refuses(with(good, channel(ipi, 0, 1, ChannelKind.IPI, 0)), "port");
        refuses(with(good, channel(ipi, 1, 2, ChannelKind.IPI, 0)), "vcpu");
        refuses(with(good, channel(ipi, 1, 1, ChannelKind.RESERVED, 0)), "kind");
        refuses(with(good, channel(ipi, 1, 1, ChannelKind.VIRQ, 24)), "virq");
        refuses(
                with(good, channel(ipi, 1, 1, ChannelKind.VIRQ, 0), channel(ipi, 2, 1, ChannelKind.VIRQ, 0)),
                "bound twice");
        refuses(
                new EventChannelsState(1023, 1 << 20, List.of(), List.of(0, 0), Optional.empty(), List.of()),
                "valid ports");
        refuses(new EventChannelsState(1023, 64, List.of(), List.of(0), Optional.empty(), List.of()), "polls");
        refuses(
                new EventChannelsState(1023, 64, List.of(), List.of(0, 64), Optional.empty(), List.of()),
                "polled port");
        refuses(new EventChannelsState(1023, 64, List.of(), List.of(0, 0), Optional.empty(), List.of(64)), "inbox");
        var control = new EventChannelsState.Control(1, 0, new ArrayList<>(List.of(5, 0, 0)));
        var fifo = new EventChannelsState.Fifo(List.of(control, control), List.of());
        refuses(new EventChannelsState(1023, 64, List.of(), List.of(0, 0), Optional.of(fifo), List.of()), "tails");
        var missing = new EventChannelsState.Fifo(List.of(), List.of(4L));
        refuses(new EventChannelsState(1023, 64, List.of(), List.of(0, 0), Optional.of(missing), List.of()), "control");
    }

    private void refuses(EventChannelsState state, String rule) {
        FakeDomain fresh = new FakeDomain(fabric, 8, 5, 2);
        assertThatThrownBy(() -> fresh.events.restore(state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }

    private static EventChannelsState with(EventChannelsState state, EventChannelsState.Channel... channels) {
        return new EventChannelsState(
                state.maxPort(), state.validPorts(), List.of(channels), state.polls(), state.fifo(), state.inbox());
    }

    private static EventChannelsState.Channel channel(
            EventChannelsState.Channel like, int port, int vcpu, ChannelKind kind, int virq) {
        return new EventChannelsState.Channel(
                port, kind, vcpu, 0, 0, false, virq, like.priority(), 0, 0, like.pendingBeforeArray());
    }

    /** Another domain of the host that believes to be this one, with a copy of its memory. */
    private FakeDomain restore(FakeDomain saved) {
        FakeDomain restored = new FakeDomain(fabric, 8, 5, 2);
        System.arraycopy(saved.shared.bytes(), 0, restored.shared.bytes(), 0, 4096);
        saved.frames.forEach((mfn, page) ->
                System.arraycopy(page.bytes(), 0, restored.frame(mfn).bytes(), 0, 4096));
        restored.events.restore(saved.events.state());
        return restored;
    }

    private static final class Ignored implements BackendPort {
        @Override
        public void notified() {}

        @Override
        public void closed() {}
    }
}
