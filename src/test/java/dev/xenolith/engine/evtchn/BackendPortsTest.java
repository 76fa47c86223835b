package dev.xenolith.engine.evtchn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.DomidSpecial;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventChannelOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendPortsTest {

    private final FakeDomain domain = new FakeDomain(new EventFabric(), 5, 2);
    private final EventChannels events = domain.events;
    private final Calls backend = new Calls();

    @Test
    void bindsAPortThatTheGuestLeftForDomain0() {
        int port = events.allocUnbound(DomidSpecial.SELF, 0);
        assertThat(events.backends().bind(port, backend)).isZero();
        assertThat(backend.calls).containsExactly("notified");
        assertThat(events.status(DomidSpecial.SELF, port).status()).isEqualTo(EventChannelOp.STATUS_INTERDOMAIN);
        assertThat(events.status(DomidSpecial.SELF, port).target()).isZero();
        events.send(port);
        assertThat(backend.calls).containsExactly("notified", "notified");
        events.backends().raise(port);
        assertThat(domain.pending(port)).isTrue();
    }

    @Test
    void refusesAPortThatIsNotForIt() {
        assertThat(events.backends().bind(events.bindIpi(0), backend)).isEqualTo(-Errno.EINVAL);
        assertThat(events.backends().bind(events.allocUnbound(DomidSpecial.SELF, 6), backend))
                .isEqualTo(-Errno.EINVAL);
        assertThat(events.backends().bind(44, backend)).isEqualTo(-Errno.EINVAL);
        assertThat(events.backends().bind(99999, backend)).isEqualTo(-Errno.EINVAL);
        int taken = events.backends().alloc();
        events.backends().bind(taken, backend);
        assertThat(events.backends().bind(taken, new Calls())).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void tellsTheBackendThatTheGuestClosed() {
        int port = events.backends().alloc();
        events.backends().bind(port, backend);
        events.close(port);
        assertThat(backend.calls).containsExactly("notified", "closed");
        int reused = events.bindIpi(0);
        assertThat(reused).isEqualTo(port);
        events.backends().raise(port);
        assertThat(domain.pending(port)).as("an ipi is no backend's to raise").isFalse();
    }

    @Test
    void tellsTheBackendThatTheGuestReset() {
        events.backends().bind(events.backends().alloc(), backend);
        events.reset(DomidSpecial.SELF);
        assertThat(backend.calls).containsExactly("notified", "closed");
    }

    @Test
    void leavesThePortWaitingWhenTheBackendLetsGo() {
        int port = events.backends().alloc();
        events.backends().bind(port, backend);
        events.backends().unbind(port);
        assertThat(events.send(port)).isZero();
        assertThat(backend.calls).containsExactly("notified");
        assertThat(events.backends().bind(port, backend)).isZero();
    }

    private static final class Calls implements BackendPort {
        final List<String> calls = new ArrayList<>();

        @Override
        public void notified() {
            calls.add("notified");
        }

        @Override
        public void closed() {
            calls.add("closed");
        }
    }
}
