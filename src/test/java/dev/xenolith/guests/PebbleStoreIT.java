package dev.xenolith.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.Domain;
import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import dev.xenolith.engine.Hypervisor;
import dev.xenolith.engine.ShutdownRequest;
import dev.xenolith.engine.WrongStateException;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** pebble and its toolstack, over xenstore and the console of a real host. */
class PebbleStoreIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Hypervisor host = TestHost.start();
    private final long free = host.host().freeFrames();
    private final GuestConsole console = new GuestConsole();
    private final Domain domain = boot(console);

    @AfterEach
    void endWithNothingLeft() {
        assertThat(host.audit(Optional.empty()).violations()).isEmpty();
        host.domains().forEach(Domain::destroy);
        assertThat(host.host().freeFrames()).isEqualTo(free);
        assertThat(host.host().degraded()).isEmpty();
        host.close();
    }

    @Test
    void findsWhatTheToolstackWroteAndWritesWhereItMay() {
        ask("read name", "pebble");
        ask("read domid", Integer.toString(domain.domid()));
        ask("write data/note seen", "pebble>");
        assertThat(value(domain, "data/note")).contains("seen");
        ask("write name other", "EACCES");
        assertThat(value(domain, "name")).contains("pebble");
        ask("rm data/note", "pebble>");
        assertThat(value(domain, "data/note")).isEmpty();
    }

    @Test
    void seesNothingOfItsNeighbour() {
        GuestConsole other = new GuestConsole();
        Domain neighbour = boot(other);
        ask("read /local/domain/" + neighbour.domid() + "/name", "EACCES");
        ask("ls /local/domain", "EACCES");
        ask("write /local/domain/" + neighbour.domid() + "/data/x 1", "EACCES");
        assertThat(value(neighbour, "data/x")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ShutdownRequest.class,
            names = {"POWEROFF", "REBOOT"})
    void endsWhenTheToolstackAsks(ShutdownRequest request) {
        domain.requestShutdown(request);
        Awaitility.await().atMost(SOON).until(() -> domain.snapshot().state() == DomainState.SHUTDOWN);
        assertThat(domain.snapshot().shutdownReason()).isEqualTo(ShutdownReason.valueOf(request.name()));
        assertThatThrownBy(() -> domain.requestShutdown(request)).isInstanceOf(WrongStateException.class);
    }

    @Test
    void takesBackARequestThatTheGuestLeavesAlone() {
        ask("suspend manual", "pebble>");
        console.skipToEnd();
        domain.requestShutdown(ShutdownRequest.SUSPEND);
        console.await("pebble: waits for the command suspend", SOON);
        domain.withdrawShutdownRequest();
        console.await("the toolstack asks no longer", SOON);
        assertThat(value(domain, "control/shutdown")).contains("");
        ask("echo still here", "still here");
        assertThat(domain.snapshot().state()).isEqualTo(DomainState.RUNNING);
    }

    private void ask(String line, String answer) {
        console.skipToEnd();
        console.type(domain, line);
        console.await("\\Q" + line + "\\E[^>]*\\Q" + answer + "\\E", SOON);
    }

    private static Optional<String> value(Domain domain, String path) {
        String whole = "/local/domain/" + domain.domid() + "/" + path;
        return domain.xenstore().stream()
                .filter(entry -> entry.path().equals(whole))
                .map(entry -> entry.value())
                .findFirst();
    }

    private Domain boot(GuestConsole shown) {
        Domain booted = TestHost.pebble(host, 2048, shown);
        booted.unpause();
        shown.await("pebble> ", SOON);
        return booted;
    }
}
