package dev.xenolith.engine.xenstore;

import static dev.xenolith.engine.abi.XenstoreWire.MKDIR;
import static dev.xenolith.engine.abi.XenstoreWire.RESET_WATCHES;
import static dev.xenolith.engine.abi.XenstoreWire.RM;
import static dev.xenolith.engine.abi.XenstoreWire.SET_PERMS;
import static dev.xenolith.engine.abi.XenstoreWire.UNWATCH;
import static dev.xenolith.engine.abi.XenstoreWire.WATCH;
import static dev.xenolith.engine.abi.XenstoreWire.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.ShutdownRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchesTest {

    private final Xenstore store = new Xenstore();
    private final Toolstack toolstack = store.toolstack();
    private final FakeGuest guest = guest(3);
    private final FakeGuest other = guest(4);

    @Test
    void firesOnceWhenSetAndThenForEachChangeBelow() {
        guest.send(WATCH, 0, "/local/domain/3/data|t|");
        assertThat(guest.receive().stream().map(Object::toString))
                .containsExactly("OK|", "event /local/domain/3/data|t|");
        guest.send(WRITE, 0, "data/x/y|1");
        assertThat(guest.receiveEvents()).containsExactly("/local/domain/3/data/x/y|t|");
        guest.send(WRITE, 0, "data|1");
        assertThat(guest.receiveEvents()).containsExactly("/local/domain/3/data|t|");
        toolstack.write("/local/domain/3/data2", "x");
        assertThat(guest.receiveEvents()).isEmpty();
    }

    @Test
    void speaksOfARelativeWatchInRelativePaths() {
        guest.ask(WATCH, "data|t|");
        assertThat(guest.receiveEvents()).isEmpty();
        guest.send(WRITE, 0, "/local/domain/3/data/x|1");
        assertThat(guest.receiveEvents()).containsExactly("data/x|t|");
    }

    @Test
    void wakesTheDomainWhenAnotherMakesTheChange() {
        guest.ask(WATCH, "control/shutdown|w|");
        guest.receive();
        guest.wakes.set(0);
        new ShutdownControl(toolstack, 3).request(ShutdownRequest.POWEROFF);
        assertThat(guest.wakes.get()).isPositive();
        guest.ring.turn();
        assertThat(guest.receiveEvents()).containsExactly("control/shutdown|w|");
    }

    @Test
    void tellsAWatchOfANodeThatGoesWithOneAboveIt() {
        guest.ask(WRITE, "data/a/b|1");
        guest.ask(WATCH, "data/a/b|deep|");
        guest.ask(WATCH, "data|top|");
        guest.receive();
        guest.send(RM, 0, "data/a|");
        assertThat(guest.receiveEvents()).containsExactly("data/a/b|deep|", "data/a|top|");
    }

    @Test
    void keepsFromADomainWhatItMayNotSee() {
        guest.ask(WATCH, "/local/domain/4/data|spy|");
        guest.receive();
        other.ask(WRITE, "data/secret|x");
        assertThat(guest.receiveEvents()).isEmpty();
        other.ask(SET_PERMS, "data/secret|r4|");
        assertThat(guest.receiveEvents()).containsExactly("/local/domain/4/data/secret|spy|");
        other.ask(SET_PERMS, "data/secret|n4|");
        assertThat(guest.receiveEvents()).as("it could see the node until now").hasSize(1);
        other.ask(WRITE, "data/secret|y");
        assertThat(guest.receiveEvents()).isEmpty();
    }

    @Test
    void keepsSpecialEventsForThePrivileged() throws Exception {
        guest.ask(WATCH, "@releaseDomain|r|");
        guest.receive();
        List<String> heard = new ArrayList<>();
        AutoCloseable watch = toolstack.watch("@releaseDomain", heard::add);
        store.release(other.names);
        assertThat(guest.receiveEvents()).isEmpty();
        assertThat(heard).containsExactly("@releaseDomain", "@releaseDomain");
        watch.close();
        assertThat(guest.ask(WATCH, "@nonsense|r|")).isEqualTo("OK|");
        assertThat(guest.ask(UNWATCH, "@nonsense|r|")).isEqualTo("OK|");
    }

    @Test
    void doesNotQueueAnEventThatWaitsAlready() {
        guest.ask(WATCH, "control|w|");
        guest.receive();
        guest.events.close(guest.port);
        for (int i = 0; i < 100; i++) {
            toolstack.write("/local/domain/3/control/shutdown", "x" + i);
        }
        guest.ring.turn();
        assertThat(guest.page.getInt(2060) - guest.page.getInt(2056)).isEqualTo(16 + "control/shutdown|w|".length());
    }

    @Test
    void dropsEventsBeyondWhatADomainMayHold() {
        Xenstore small = new Xenstore(new Quota(1000, 2048, 128, 10, 1024, 5, 20, 5_000));
        small.toolstack().mkdir("/local/domain/9", Permission.none(0), Permission.readable(9));
        FakeGuest slow = new FakeGuest(small, 9);
        slow.ask(WATCH, "/local/domain/9|w|");
        slow.receive();
        for (int i = 0; i < 1000; i++) {
            small.toolstack().write("/local/domain/9/n" + i, "x");
        }
        assertThat(slow.receiveEvents()).hasSizeBetween(50, 150);
        small.toolstack().write("/local/domain/9/last", "x");
        assertThat(slow.receiveEvents()).containsExactly("/local/domain/9/last|w|");
    }

    @Test
    void refusesADuplicateAndAnUnknownWatch() {
        assertThat(guest.ask(WATCH, "data|t|")).isEqualTo("OK|");
        assertThat(guest.ask(WATCH, "data|t|")).isEqualTo("error EEXIST|");
        assertThat(guest.ask(WATCH, "/local/domain/3/data|t|")).isEqualTo("error EEXIST|");
        assertThat(guest.ask(WATCH, "data|u|")).isEqualTo("OK|");
        assertThat(guest.ask(UNWATCH, "data|v|")).isEqualTo("error ENOENT|");
        assertThat(guest.ask(UNWATCH, "data|t|")).isEqualTo("OK|");
        assertThat(guest.ask(UNWATCH, "data|t|")).isEqualTo("error ENOENT|");
        assertThat(guest.ask(WATCH, "data|")).isEqualTo("error EINVAL|");
        assertThat(guest.ask(WATCH, "da ta|t|")).isEqualTo("error EINVAL|");
        guest.receive();
        guest.send(MKDIR, 0, "data/x|");
        assertThat(guest.receiveEvents()).containsExactly("data/x|u|");
    }

    @Test
    void boundsWatches() {
        for (int i = 0; i < 128; i++) {
            assertThat(guest.ask(WATCH, "data|" + i + "|")).isEqualTo("OK|");
        }
        assertThat(guest.ask(WATCH, "data|more|")).isEqualTo("error E2BIG|");
        assertThat(guest.ask(RESET_WATCHES, "|")).isEqualTo("OK|");
        assertThat(guest.ask(WATCH, "data|more|")).isEqualTo("OK|");
    }

    @Test
    void letsTheToolstackWithdrawWhatTheGuestHasNotSeen() {
        ShutdownControl control = new ShutdownControl(toolstack, 3);
        toolstack.mkdir("/local/domain/3/control/shutdown", Permission.none(3));
        control.request(ShutdownRequest.SUSPEND);
        assertThat(toolstack.read("/local/domain/3/control/shutdown")).isEqualTo("suspend");

        control.withdraw();

        assertThat(toolstack.read("/local/domain/3/control/shutdown")).isEmpty();
    }

    @Test
    void tellsAGuestThatHasAcknowledgedOfTheWithdrawal() {
        ShutdownControl control = new ShutdownControl(toolstack, 3);
        toolstack.mkdir("/local/domain/3/control/shutdown", Permission.none(3));
        guest.ask(WATCH, "control/shutdown|mine|");
        guest.receiveEvents();

        control.withdraw();
        guest.ring.turn();

        assertThat(guest.receiveEvents()).containsExactly("control/shutdown|mine|");
    }

    @Test
    void findsTheSuspendPortThatAGuestOffers() {
        ShutdownControl control = new ShutdownControl(toolstack, 3);
        String node = "/local/domain/3/device/suspend/event-channel";
        assertThat(control.suspendPort()).isEmpty();
        toolstack.write(node, "17");
        assertThat(control.suspendPort()).hasValue(17);
        for (String nonsense : List.of("", "-1", "port", "99999999999", "1 ")) {
            toolstack.write(node, nonsense);
            assertThat(control.suspendPort()).as(nonsense).isEmpty();
        }
    }

    private FakeGuest guest(int domid) {
        String home = "/local/domain/" + domid;
        toolstack.mkdir(home, Permission.none(0), Permission.readable(domid));
        toolstack.mkdir(home + "/data", Permission.none(domid));
        return new FakeGuest(store, domid);
    }
}
