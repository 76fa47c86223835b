package dev.xenolith.engine.xenstore;

import static dev.xenolith.engine.abi.XenstoreWire.READ;
import static dev.xenolith.engine.abi.XenstoreWire.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.abi.XenstoreRing;
import dev.xenolith.engine.abi.XenstoreWire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The ring: pieces, wrapping, slow guests and hostile ones. */
class StoreRingTest {

    private final Xenstore store = new Xenstore();
    private final FakeGuest guest = guest();

    @Test
    void saysWhatTheServerCanDo() {
        assertThat(guest.page.getInt(XenstoreRing.SERVER_FEATURES)).isEqualTo(3);
        assertThat(guest.page.getInt(XenstoreRing.CONNECTION)).isZero();
        assertThat(guest.page.getInt(XenstoreRing.ERROR)).isZero();
    }

    @Test
    void takesARequestByteByByte() {
        byte[] message = guest.message(WRITE, 0, "data/x|slow");
        for (byte b : message) {
            guest.put(new byte[] {b});
            guest.events.send(guest.port);
        }
        assertThat(guest.receive()).hasSize(1).first().hasToString("OK|");
        assertThat(guest.ask(READ, "data/x|")).isEqualTo("slow");
    }

    @Test
    void goesOnWhereIndicesWrapAround() {
        for (int index : new int[] {XenstoreRing.REQ_CONS, XenstoreRing.REQ_PROD}) {
            guest.page.putInt(index, -7);
        }
        for (int index : new int[] {XenstoreRing.RSP_CONS, XenstoreRing.RSP_PROD}) {
            guest.page.putInt(index, -3);
        }
        assertThat(guest.ask(WRITE, "data/x|wrapped")).isEqualTo("OK|");
        assertThat(guest.ask(READ, "data/x|")).isEqualTo("wrapped");
    }

    @Test
    void movesMessagesLargerThanTheRing() {
        String value = "v".repeat(2000);
        assertThat(guest.ask(WRITE, "data/x|" + value)).isEqualTo("OK|");
        assertThat(guest.ask(READ, "data/x|")).isEqualTo(value);
    }

    @Test
    void readsNoMoreRequestsWhileRepliesWait() {
        for (int i = 0; i < 200; i++) {
            byte[] request = guest.message(READ, 0, "data|");
            if (guest.page.getInt(XenstoreRing.REQ_PROD) - guest.page.getInt(XenstoreRing.REQ_CONS) + request.length
                    > 1024) {
                break;
            }
            guest.put(request);
            guest.events.send(guest.port);
        }
        int left = guest.page.getInt(XenstoreRing.REQ_PROD) - guest.page.getInt(XenstoreRing.REQ_CONS);
        assertThat(left).as("requests stay in the guest's ring").isPositive();
        assertThat(guest.receive()).hasSizeGreaterThan(80);
        assertThat(guest.ask(READ, "data|")).isEmpty();
    }

    @Test
    void disconnectsFromRequestIndicesThatCannotBeTrue() {
        guest.page.putInt(XenstoreRing.REQ_PROD, 1025);
        guest.events.send(guest.port);
        assertThat(guest.ring.disconnected()).contains("requests: 1025");
        assertThat(guest.page.getInt(XenstoreRing.ERROR)).isEqualTo(XenstoreRing.ERROR_RING_INDEX);
        guest.page.putInt(XenstoreRing.REQ_PROD, 0);
        assertThat(guest.ask(READ, "data|")).isEqualTo("no answer");
    }

    @Test
    void disconnectsFromResponseIndicesThatCannotBeTrue() {
        guest.page.putInt(XenstoreRing.RSP_CONS, 1);
        guest.send(READ, 0, "data|");
        assertThat(guest.ring.disconnected()).contains("responses: 4294967295");
        assertThat(guest.page.getInt(XenstoreRing.ERROR)).isEqualTo(XenstoreRing.ERROR_RING_INDEX);
    }

    @Test
    void disconnectsFromAPayloadThatIsTooLong() {
        byte[] header = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(READ)
                .putInt(1)
                .putInt(0)
                .putInt(XenstoreWire.PAYLOAD_MAX + 1)
                .array();
        guest.put(header);
        guest.events.send(guest.port);
        assertThat(guest.ring.disconnected()).contains("payload: 4097");
        assertThat(guest.page.getInt(XenstoreRing.ERROR)).isEqualTo(XenstoreRing.ERROR_PROTOCOL);
    }

    @Test
    void acceptsTheLongestPayload() {
        assertThat(guest.ask(WRITE, "data/x|" + "y".repeat(XenstoreWire.PAYLOAD_MAX - 7)))
                .isEqualTo("error ENOSPC|");
        assertThat(guest.ring.disconnected()).isNull();
    }

    @Test
    void dropsWatchesAndTransactionsWhenItDisconnects() {
        guest.ask(XenstoreWire.WATCH, "data|t|");
        guest.begin();
        guest.page.putInt(XenstoreRing.REQ_PROD, guest.page.getInt(XenstoreRing.REQ_CONS) + 5000);
        guest.events.send(guest.port);
        assertThat(store.state(guest.names).connection().watches()).isEmpty();
        assertThat(store.state(guest.names).connection().transactions()).isEmpty();
        store.toolstack().write("/local/domain/3/data", "x");
        assertThat(store.state(guest.names).connection().output()).isEmpty();
    }

    @Test
    void survivesRandomBytes() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            FakeGuest hostile = guest(10 + round);
            byte[] noise = new byte[900];
            random.nextBytes(noise);
            for (int at = 0; at + 40 <= noise.length; at += 40) {
                ByteBuffer.wrap(noise)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(at, random.nextInt(26))
                        .putInt(at + 8, random.nextInt(3))
                        .putInt(at + 12, random.nextInt(10) == 0 ? random.nextInt() : 24);
                for (int text = at + 16; text < at + 40; text++) {
                    noise[text] = (byte) "/dataTF01|\0\0".charAt(random.nextInt(12));
                }
            }
            hostile.put(noise);
            hostile.receive();
            assertThat(store.checkInvariants()).isEmpty();
            store.release(hostile.names);
        }
        assertThat(guest.ask(WRITE, "data/still|works")).isEqualTo("OK|");
    }

    private FakeGuest guest() {
        return guest(3);
    }

    private FakeGuest guest(int domid) {
        String home = "/local/domain/" + domid;
        store.toolstack().mkdir(home, Permission.none(0), Permission.readable(domid));
        store.toolstack().mkdir(home + "/data", Permission.none(domid));
        return new FakeGuest(store, domid);
    }
}
