package dev.xenolith.engine.xenstore;

import static dev.xenolith.engine.abi.XenstoreWire.DIRECTORY;
import static dev.xenolith.engine.abi.XenstoreWire.GET_DOMAIN_PATH;
import static dev.xenolith.engine.abi.XenstoreWire.GET_PERMS;
import static dev.xenolith.engine.abi.XenstoreWire.READ;
import static dev.xenolith.engine.abi.XenstoreWire.SET_PERMS;
import static dev.xenolith.engine.abi.XenstoreWire.TRANSACTION_END;
import static dev.xenolith.engine.abi.XenstoreWire.WATCH;
import static dev.xenolith.engine.abi.XenstoreWire.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.machine.FakePage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A restored guest goes on with its connection, under the names it had. */
class XenstoreStateTest {

    private static final String UUID = "11111111-2222-3333-4444-555555555555";
    private static final String NEW_UUID = "99999999-2222-3333-4444-555555555555";

    private final Xenstore store = new Xenstore();
    private final GuestNames names = new GuestNames(3, 3, UUID, UUID);
    private final FakeGuest guest = create(store, names);

    @Test
    void keepsNodesPermissionsAndWatches() {
        guest.ask(WRITE, "data/z|1");
        guest.ask(WRITE, "data/a|2");
        guest.ask(SET_PERMS, "data/a|n3|r0|");
        guest.ask(WATCH, "data|relative|");
        guest.ask(WATCH, "/local/domain/3/data|absolute|");
        guest.receive();

        FakeGuest restored = restoreAs(9, new Xenstore());

        assertThat(restored.ask(DIRECTORY, "data|")).isEqualTo("z|a|");
        assertThat(restored.ask(READ, "/local/domain/3/data/a|")).isEqualTo("2");
        assertThat(restored.ask(GET_PERMS, "data/a|")).isEqualTo("n3|r0|");
        restored.send(WRITE, 0, "data/a|3");
        assertThat(restored.receiveEvents()).containsExactly("data/a|relative|", "/local/domain/3/data/a|absolute|");
    }

    @Test
    void speaksToTheGuestOfItsOldDomidAndToTheHostOfTheNew() {
        Xenstore elsewhere = new Xenstore();
        elsewhere.toolstack().mkdir("/local/domain/3", Permission.none(0));
        elsewhere.toolstack().write("/local/domain/3/name", "somebody else");
        FakeGuest restored = restoreAs(9, elsewhere);

        assertThat(restored.ask(READ, "name|")).isEqualTo("guest");
        assertThat(restored.ask(READ, "/local/domain/3/name|")).isEqualTo("guest");
        assertThat(restored.ask(READ, "/local/domain/9/name|")).isEqualTo("error EACCES|");
        assertThat(restored.ask(READ, "/local/domain/0/backend/console/3/0/frontend-id|"))
                .isEqualTo("3");
        assertThat(restored.ask(GET_DOMAIN_PATH, "3|")).isEqualTo("/local/domain/3|");
        assertThat(restored.ask(READ, "domid|")).isEqualTo("3");
        assertThat(restored.ask(READ, "/vm/" + UUID + "/name|")).isEqualTo("guest");
        assertThat(restored.ask(WRITE, "data/x|1")).isEqualTo("OK|");
        assertThat(restored.ask(GET_PERMS, "data/x|")).isEqualTo("n3|");
        assertThat(elsewhere.toolstack().read("/local/domain/9/data/x")).isEqualTo("1");
        assertThat(elsewhere.toolstack().read("/local/domain/3/name")).isEqualTo("somebody else");
        assertThat(elsewhere.toolstack().read("/vm/" + NEW_UUID + "/name")).isEqualTo("guest");
        assertThat(elsewhere.list(9)).anySatisfy(entry -> {
            assertThat(entry.path()).isEqualTo("/local/domain/9/data/x");
            assertThat(entry.permissions()).isEqualTo("n9");
        });
        assertThat(elsewhere.checkInvariants()).isEmpty();
    }

    @Test
    void restoresTwoCopiesBesideTheOriginal() {
        guest.ask(WATCH, "data|t|");
        guest.receive();
        FakeGuest first = restoreAs(9, store);
        XenstoreState state = store.state(names);
        GuestNames third = new GuestNames(10, 3, "33333333-2222-3333-4444-555555555555", UUID);
        FakeGuest second = new FakeGuest(store, third, copy(guest.page), guest, state);
        first.send(WRITE, 0, "data/x|first");
        second.send(WRITE, 0, "data/x|second");
        assertThat(first.receiveEvents()).containsExactly("data/x|t|");
        assertThat(second.receiveEvents()).containsExactly("data/x|t|");
        assertThat(guest.receiveEvents()).isEmpty();
        assertThat(first.ask(READ, "data/x|")).isEqualTo("first");
        assertThat(guest.ask(READ, "data/x|")).isEqualTo("error ENOENT|");
        assertThat(store.checkInvariants()).isEmpty();
    }

    @Test
    void isTheSameStateAfterBeingRestored() {
        guest.ask(WRITE, "data/a|1");
        guest.ask(WATCH, "data|t|");
        guest.ask(WRITE, guest.begin(), "data/b|2");
        guest.receive();
        FakeGuest restored = restoreAs(9, store);
        XenstoreState before = store.state(names);
        XenstoreState after = store.state(restored.names);
        assertThat(after).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void goesOnWithAnOpenTransaction() {
        guest.ask(WRITE, "data/a|1");
        int open = guest.begin();
        guest.ask(READ, open, "data/a|");
        guest.ask(WRITE, open, "data/b|2");
        int stale = guest.begin();
        guest.ask(READ, stale, "data/a|");
        guest.ask(READ, stale, "data/c|");
        guest.ask(WRITE, "data/c|changed");

        FakeGuest restored = restoreAs(9, new Xenstore());

        assertThat(restored.ask(READ, open, "data/b|")).isEqualTo("2");
        assertThat(restored.ask(TRANSACTION_END, stale, "T|")).isEqualTo("error EAGAIN|");
    }

    @Test
    void commitsAnOpenTransactionAfterwards() {
        guest.ask(WRITE, "data/a|1");
        guest.ask(WATCH, "data|t|");
        guest.receive();
        int open = guest.begin();
        guest.ask(READ, open, "data/a|");
        guest.ask(WRITE, open, "data/b|2");

        FakeGuest restored = restoreAs(9, new Xenstore());

        assertThat(restored.ask(TRANSACTION_END, open, "T|")).isEqualTo("OK|");
        assertThat(restored.ask(READ, "data/b|")).isEqualTo("2");
        assertThat(restored.begin()).isGreaterThan(open);
    }

    @Test
    void goesOnWithHalfARequestAndHalfAnAnswer() {
        guest.ask(WRITE, "data/long|" + "x".repeat(1900));
        guest.send(READ, 0, "data/long|");
        byte[] request = guest.message(READ, 0, "data/long|");
        guest.put(Arrays.copyOf(request, 21));
        guest.events.send(guest.port);

        FakeGuest restored = restoreAs(9, new Xenstore());

        restored.put(Arrays.copyOfRange(request, 21, request.length));
        restored.events.send(restored.port);
        assertThat(restored.receive().stream().map(FakeGuest.Answer::text))
                .containsExactly("x".repeat(1900), "x".repeat(1900));
    }

    @Test
    void refusesNodesThatAreNotTheDomains() {
        XenstoreState good = store.state(names);
        for (String path :
                List.of("/", "/local/domain/7/x", "/tool/x", "/vm/x", "/local/domain/33", "/local/domain/3//x")) {
            var node = new ConnectionState.NodeState(path, new byte[0], List.of("n0"), List.of());
            assertRefused(new XenstoreState(List.of(node), good.connection()), path);
        }
        var bare = new ConnectionState.NodeState("/local/domain/3", new byte[0], List.of(), List.of());
        assertRefused(new XenstoreState(List.of(bare), good.connection()), "permissions");
        var wrong = new ConnectionState.NodeState("/local/domain/3", new byte[0], List.of("q3"), List.of());
        assertRefused(new XenstoreState(List.of(wrong), good.connection()), "q3");
    }

    @Test
    void refusesAConnectionThatCannotBe() {
        XenstoreState good = store.state(names);
        assertRefused(connection(good, new byte[5000], List.of(), 0), "half");
        byte[] whole = guest.message(READ, 0, "x|");
        assertRefused(connection(good, whole, List.of(), 0), "half");
        assertRefused(connection(good, new byte[0], List.of(new byte[3]), 0), "output");
        assertRefused(connection(good, new byte[0], List.of(whole), whole.length), "sent");
        assertRefused(connection(good, new byte[0], List.of(), 1), "sent");
    }

    @Test
    void letsNoTransactionFromAnImageChangeWhatIsNotItsOwn() {
        XenstoreState good = store.state(names);
        Xenstore elsewhere = new Xenstore();
        elsewhere.toolstack().write("/local/domain/0/secret", "kept");
        var forged =
                new ConnectionState.NodeState("/local/domain/0/secret", new byte[] {'x'}, List.of("n0"), List.of());
        var access =
                new ConnectionState.AccessState(forged.path(), false, true, true, Optional.of(forged), 2, List.of());
        var transaction = new ConnectionState.TransactionState(5, false, List.of(access));
        ConnectionState connection = new ConnectionState(
                good.connection().port(),
                List.of(),
                List.of(transaction),
                6,
                new byte[0],
                List.of(),
                0,
                Optional.empty());
        GuestNames there = new GuestNames(9, 3, NEW_UUID, UUID);
        FakeGuest restored =
                new FakeGuest(elsewhere, there, copy(guest.page), guest, new XenstoreState(good.nodes(), connection));
        assertThat(restored.ask(TRANSACTION_END, 5, "T|")).isEqualTo("error ENOMEM|");
        assertThat(elsewhere.toolstack().read("/local/domain/0/secret")).isEqualTo("kept");
    }

    private static XenstoreState connection(XenstoreState good, byte[] half, List<byte[]> output, int sent) {
        return new XenstoreState(
                good.nodes(), new ConnectionState(1, List.of(), List.of(), 1, half, output, sent, Optional.empty()));
    }

    private void assertRefused(XenstoreState state, String rule) {
        GuestNames there = new GuestNames(9, 3, NEW_UUID, UUID);
        assertThatThrownBy(() -> new FakeGuest(new Xenstore(), there, copy(guest.page), guest, state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }

    private FakeGuest restoreAs(int domid, Xenstore elsewhere) {
        GuestNames there = new GuestNames(domid, 3, NEW_UUID, UUID);
        return new FakeGuest(elsewhere, there, copy(guest.page), guest, store.state(names));
    }

    private static FakePage copy(FakePage page) {
        FakePage copy = new FakePage();
        System.arraycopy(page.bytes(), 0, copy.bytes(), 0, page.bytes().length);
        return copy;
    }

    private static FakeGuest create(Xenstore store, GuestNames names) {
        DomainDirectory.create(
                store.toolstack(),
                new DomainDirectory.Spec(names, UUID, "guest", 4096, 4096, 1, 1, 1, 0x111, 2, 0x112));
        return new FakeGuest(store, names, new FakePage(), null, null);
    }
}
