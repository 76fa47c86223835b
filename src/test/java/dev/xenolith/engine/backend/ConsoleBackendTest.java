package dev.xenolith.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.abi.ConsoleRing;
import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.evtchn.EventChannels;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.evtchn.OneVcpu;
import dev.xenolith.engine.machine.FakePage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsoleBackendTest {

    private final FakePage ring = new FakePage();
    private final OneVcpu vcpus = new OneVcpu();
    private final EventChannels events = new EventChannels(new EventFabric(), 3, 3, vcpus, vcpus, 1023);
    private final StringBuilder printed = new StringBuilder();
    private final ConsoleBackend console = new ConsoleBackend(
            ring,
            events.backends(),
            (bytes, offset, length) -> printed.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1)));
    private int port;

    @BeforeEach
    void connect() {
        port = events.backends().alloc();
        assertThat(console.connect(port)).isZero();
    }

    @Test
    void printsWhatTheGuestWritesAcrossTheEndOfTheRing() {
        for (int i = 0; i < 500; i++) {
            guestPrints("line " + i + "\n");
        }
        assertThat(printed.toString()).startsWith("line 0\nline 1\n").endsWith("line 499\n");
        assertThat(printed.length()).isGreaterThan(2 * ConsoleRing.OUT_BYTES);
    }

    @Test
    void printsAFullRingAtOnce() {
        guestPrints("x".repeat(ConsoleRing.OUT_BYTES));
        assertThat(printed).hasSize(ConsoleRing.OUT_BYTES);
        assertThat(console.disconnected()).isNull();
    }

    @Test
    void printsWhatWasThereBeforeItConnected() {
        events.backends().unbind(port);
        putOut("early");
        console.connect(port);
        assertThat(printed.toString()).isEqualTo("early");
    }

    @Test
    void tellsTheGuestThatThereIsRoomAgain() {
        guestPrints("hello");
        assertThat(vcpus.kicks()).isEqualTo(1);
    }

    @Test
    void saysNothingWhenThereIsNothingToPrint() {
        events.send(port);
        assertThat(printed.toString()).isEmpty();
        assertThat(vcpus.kicks()).isZero();
    }

    @Test
    void handsOverWhatWasTypedAndRaisesTheEvent() {
        assertThat(console.input(bytes("ls\n"))).isEqualTo(3);
        assertThat(guestReads(100)).isEqualTo("ls\n");
        assertThat(vcpus.kicks()).isEqualTo(1);
    }

    @Test
    void keepsWhatDoesNotFitUntilTheGuestHasRead() {
        String text = "0123456789".repeat(300);
        assertThat(console.input(bytes(text))).isEqualTo(3000);
        StringBuilder got = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            got.append(guestReads(700));
            events.send(port);
        }
        assertThat(got.toString()).isEqualTo(text);
    }

    @Test
    void takesNoMoreInputThanItsLimit() {
        assertThat(console.input(new byte[InputQueue.LIMIT - 10])).isEqualTo(InputQueue.LIMIT - 10);
        int ringTook = ConsoleRing.IN_BYTES;
        assertThat(console.input(new byte[InputQueue.LIMIT])).isEqualTo(10 + ringTook);
        assertThat(console.input(new byte[1])).isZero();
    }

    @Test
    void disconnectsFromAnOutRingWhoseIndicesCannotBeTrue() {
        ring.putInt(ConsoleRing.OUT_PROD, ConsoleRing.OUT_BYTES + 1);
        events.send(port);
        assertThat(printed.toString()).isEmpty();
        assertThat(console.disconnected())
                .isEqualTo("console out ring: expected at most 2048 bytes between its indices, got 2049");
        ring.putInt(ConsoleRing.OUT_PROD, 1);
        events.send(port);
        assertThat(printed.toString()).isEmpty();
        assertThat(console.input(bytes("x"))).isZero();
        assertThat(console.describe().state()).isEqualTo("disconnected");
    }

    @Test
    void disconnectsFromAConsumerIndexAheadOfTheProducer() {
        ring.putInt(ConsoleRing.OUT_CONS, 5);
        events.send(port);
        assertThat(console.disconnected()).contains("4294967291");
    }

    @Test
    void disconnectsFromAnInRingWhoseIndicesCannotBeTrue() {
        ring.putInt(ConsoleRing.IN_CONS, 1);
        assertThat(console.input(bytes("x"))).isEqualTo(1);
        assertThat(console.disconnected()).contains("in ring");
        assertThat(ring.getByte(0)).isZero();
    }

    @Test
    void goesOnPrintingWithIndicesThatWrapAround() {
        ring.putInt(ConsoleRing.OUT_CONS, -3);
        ring.putInt(ConsoleRing.OUT_PROD, -3);
        ring.putInt(ConsoleRing.IN_CONS, -1);
        ring.putInt(ConsoleRing.IN_PROD, -1);
        guestPrints("abcdef");
        assertThat(printed.toString()).isEqualTo("abcdef");
        console.input(bytes("xyz"));
        assertThat(guestReads(3)).isEqualTo("xyz");
    }

    @Test
    void survivesTheGuestClosingItsPort() {
        events.close(port);
        int other = events.bindIpi(0);
        assertThat(other).isEqualTo(port);
        console.input(bytes("x"));
        assertThat(vcpus.kicks()).isZero();
        assertThat(guestReads(1)).isEqualTo("x");
    }

    @Test
    void refusesAPortThatIsNotForIt() {
        ConsoleBackend second = new ConsoleBackend(ring, events.backends(), (bytes, offset, length) -> {});
        assertThat(second.connect(port)).isEqualTo(-Errno.EINVAL);
        assertThat(second.connect(1000)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void restoresWhatWasQueued() {
        console.input(new byte[ConsoleRing.IN_BYTES]);
        console.input(bytes("later"));
        ConsoleState saved = console.state();
        EventChannels restoredEvents = new EventChannels(new EventFabric(), 4, 3, vcpus, vcpus, 1023);
        restoredEvents.restore(events.state());
        ConsoleBackend restored = new ConsoleBackend(ring, restoredEvents.backends(), (bytes, offset, length) -> {});
        restored.restore(saved);
        assertThat(restored.state().port()).isEqualTo(port);
        assertThat(restored.state().queued()).isEqualTo(bytes("later"));
        guestReads(ConsoleRing.IN_BYTES);
        restoredEvents.send(port);
        assertThat(guestReads(100)).isEqualTo("later");
    }

    @Test
    void touchesNothingWhenItIsRestored() {
        putOut("written, and not said yet");
        ConsoleState saved = console.state();
        byte[] before = ring.bytes().clone();
        EventChannels restoredEvents = new EventChannels(new EventFabric(), 4, 3, vcpus, vcpus, 1023);
        restoredEvents.restore(events.state());
        new ConsoleBackend(ring, restoredEvents.backends(), (bytes, offset, length) -> {}).restore(saved);
        assertThat(ring.bytes()).isEqualTo(before);
        assertThat(vcpus.kicks()).isZero();
    }

    @Test
    void refusesAStateWhosePortIsNoBackends() {
        ConsoleState wrong = new ConsoleState(events.bindIpi(0), new byte[0], Optional.empty());
        assertThatThrownBy(() -> console.restore(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("console");
    }

    private void guestPrints(String text) {
        putOut(text);
        assertThat(events.send(port)).isZero();
    }

    private void putOut(String text) {
        int producer = ring.getInt(ConsoleRing.OUT_PROD);
        for (byte b : bytes(text)) {
            ring.putByte(ConsoleRing.OUT + (producer++ & (ConsoleRing.OUT_BYTES - 1)), b);
        }
        ring.putInt(ConsoleRing.OUT_PROD, producer);
    }

    private String guestReads(int most) {
        int consumer = ring.getInt(ConsoleRing.IN_CONS);
        StringBuilder text = new StringBuilder();
        while (consumer != ring.getInt(ConsoleRing.IN_PROD) && text.length() < most) {
            text.append((char) ring.getByte(ConsoleRing.IN + (consumer++ & (ConsoleRing.IN_BYTES - 1))));
        }
        ring.putInt(ConsoleRing.IN_CONS, consumer);
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
