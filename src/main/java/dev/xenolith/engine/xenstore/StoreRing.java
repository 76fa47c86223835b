package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.DeviceSnapshot;
import dev.xenolith.engine.abi.XenstoreRing;
import dev.xenolith.engine.abi.XenstoreWire;
import dev.xenolith.engine.evtchn.BackendPort;
import dev.xenolith.engine.evtchn.BackendPorts;
import dev.xenolith.engine.machine.GuestPage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A domain's connection: requests come and answers go in pieces through two rings of 1024 bytes in a page of the guest
 * ({@code xen/include/public/io/xs_wire.h}).
 *
 * <p>Indices that cannot be true, or a payload beyond 4096 bytes, end the connection with a reason, which the guest also
 * finds in its page. One turn carries out a limited number of requests, and none while the guest does not take its
 * replies.
 */
public final class StoreRing implements BackendPort {

    private static final int REQUESTS_PER_TURN = 32;
    private static final int FEATURES = XenstoreRing.FEATURE_RECONNECTION | XenstoreRing.FEATURE_ERROR;

    private final Xenstore store;
    private final StoreClient client;
    private final Outbox outbox;
    private final Requests requests;
    private final GuestPage page;
    private final BackendPorts ports;
    private final Runnable wake;
    private final byte[] request = new byte[XenstoreWire.HEADER_BYTES + XenstoreWire.PAYLOAD_MAX];
    private final byte[] piece = new byte[XenstoreRing.RING_BYTES];
    private int received;
    private int port;
    private boolean inTurn;
    private @Nullable String disconnected;

    StoreRing(Xenstore store, GuestNames names, GuestPage page, BackendPorts ports, Runnable wake) {
        this.store = store;
        this.page = page;
        this.ports = ports;
        this.wake = wake;
        this.client = new StoreClient(store.tree(), names, this::event);
        this.outbox = new Outbox(client);
        this.requests = new Requests(client, outbox);
    }

    /** Says in the page what this end can do, and listens at the guest's port. 0 or a negative errno. */
    public int connect(int guestPort) {
        page.putInt(XenstoreRing.SERVER_FEATURES, FEATURES);
        port = guestPort;
        int error = ports.bind(guestPort, this);
        if (error != 0) {
            port = 0;
        }
        return error;
    }

    /** Listens again at the port that a restored guest has; nothing moves before it runs. 0 or a negative errno. */
    public int reconnect(int guestPort) {
        port = guestPort;
        return ports.reattach(guestPort, this);
    }

    @Override
    public void notified() {
        if (turn()) {
            wake.run();
        }
    }

    @Override
    public void closed() {
        port = 0;
    }

    /** Moves what can be moved, a bounded amount; whether more waits. Called on the domain's carrier. */
    public boolean turn() {
        boolean moved;
        boolean more;
        synchronized (store) {
            inTurn = true;
            try {
                int left = REQUESTS_PER_TURN;
                moved = push();
                while (left > 0 && pull()) {
                    left--;
                    moved = true;
                }
                moved |= push();
                more = left == 0;
            } finally {
                inTurn = false;
            }
        }
        if (moved) {
            ports.raise(port);
        }
        return more;
    }

    /** Why the connection ended, or null. */
    public @Nullable String disconnected() {
        return disconnected;
    }

    public DeviceSnapshot describe() {
        Map<String, String> details = new LinkedHashMap<>();
        synchronized (store) {
            details.put("port", Integer.toString(port));
            details.put("watches", Integer.toString(client.watches().size()));
            details.put("transactions", Integer.toString(client.transactions().size()));
            details.put("nodes", Integer.toString(store.tree().usage().nodes(client.domid())));
        }
        if (disconnected != null) {
            details.put("reason", disconnected);
        }
        return new DeviceSnapshot("xenstore", 0, disconnected == null ? "connected" : "disconnected", details);
    }

    StoreClient client() {
        return client;
    }

    private void event(String path, String token) {
        if (disconnected == null) {
            outbox.event(path, token);
            if (!inTurn) {
                wake.run();
            }
        }
    }

    /** Takes one piece of a request, and carries the request out if that completes it; false when there was nothing. */
    private boolean pull() {
        if (disconnected != null || outbox.replies() >= store.quota().unreadReplies() || !client.hasRoomForBytes(0)) {
            return false;
        }
        int consumer = page.getInt(XenstoreRing.REQ_CONS);
        int held = page.getInt(XenstoreRing.REQ_PROD) - consumer;
        if (Integer.compareUnsigned(held, XenstoreRing.RING_BYTES) > 0) {
            disconnect(XenstoreRing.ERROR_RING_INDEX, "requests: " + Integer.toUnsignedString(held));
            return false;
        }
        int at = consumer & (XenstoreRing.RING_BYTES - 1);
        int length = Math.min(Math.min(held, XenstoreRing.RING_BYTES - at), wanted());
        if (length == 0) {
            return false;
        }
        page.read(XenstoreRing.REQ + at, request, received, length);
        page.putInt(XenstoreRing.REQ_CONS, consumer + length);
        received += length;
        if (received >= XenstoreWire.HEADER_BYTES) {
            complete();
        }
        return true;
    }

    /** Bytes that the header, or then the payload, still lacks. */
    private int wanted() {
        boolean inHeader = received < XenstoreWire.HEADER_BYTES;
        return (inHeader ? XenstoreWire.HEADER_BYTES : XenstoreWire.HEADER_BYTES + payloadBytes()) - received;
    }

    private int payloadBytes() {
        return header(XenstoreWire.HEADER_LEN);
    }

    private int header(int offset) {
        return ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }

    private void complete() {
        int length = payloadBytes();
        if (Integer.compareUnsigned(length, XenstoreWire.PAYLOAD_MAX) > 0) {
            disconnect(XenstoreRing.ERROR_PROTOCOL, "payload: " + Integer.toUnsignedString(length));
            return;
        }
        int end = XenstoreWire.HEADER_BYTES + length;
        if (received == end) {
            received = 0;
            requests.handle(
                    header(XenstoreWire.HEADER_TYPE),
                    header(XenstoreWire.HEADER_REQ_ID),
                    header(XenstoreWire.HEADER_TX_ID),
                    new Payload(Arrays.copyOfRange(request, XenstoreWire.HEADER_BYTES, end)));
        }
    }

    /** Puts into the ring what fits of what waits; whether that was anything. */
    private boolean push() {
        boolean moved = false;
        while (disconnected == null && !outbox.isEmpty()) {
            int producer = page.getInt(XenstoreRing.RSP_PROD);
            int held = producer - page.getInt(XenstoreRing.RSP_CONS);
            if (Integer.compareUnsigned(held, XenstoreRing.RING_BYTES) > 0) {
                disconnect(XenstoreRing.ERROR_RING_INDEX, "responses: " + Integer.toUnsignedString(held));
                break;
            }
            int at = producer & (XenstoreRing.RING_BYTES - 1);
            int room = Math.min(XenstoreRing.RING_BYTES - held, XenstoreRing.RING_BYTES - at);
            int length = outbox.next(piece, room);
            if (length == 0) {
                break;
            }
            page.write(XenstoreRing.RSP + at, piece, 0, length);
            page.putInt(XenstoreRing.RSP_PROD, producer + length);
            outbox.sent(length);
            moved = true;
        }
        return moved;
    }

    private void disconnect(int error, String got) {
        disconnected = "xenstore ring: expected at most %d bytes between indices and %d of payload, got %s"
                .formatted(XenstoreRing.RING_BYTES, XenstoreWire.PAYLOAD_MAX, got);
        page.putInt(XenstoreRing.ERROR, error);
        drop();
    }

    /** Forgets watches, transactions and messages. */
    void drop() {
        client.reset();
        outbox.clear();
        received = 0;
    }

    // --- saving

    /** What the connection holds outside guest memory, in the guest's names. */
    ConnectionState state() {
        return new ConnectionState(
                port,
                client.watches().stream()
                        .map(watch -> new ConnectionState.WatchState(
                                client.names().swap(watch.path()), watch.token(), watch.relative()))
                        .toList(),
                TransactionStates.of(client),
                client.nextTransaction(),
                Arrays.copyOf(request, received),
                outbox.copy(),
                outbox.headSent(),
                Optional.ofNullable(disconnected));
    }

    /** Takes a saved connection over. */
    void restore(ConnectionState state, StoreTree tree) {
        state.check();
        for (ConnectionState.WatchState watch : state.watches()) {
            Watch restored = new Watch(client.names().swap(watch.path()), watch.token(), watch.relative());
            client.pay(restored.bytes());
            client.watches().add(restored);
        }
        TransactionStates.restore(client, tree, state.transactions());
        client.setNextTransaction(state.nextTransaction());
        received = state.halfRequest().length;
        System.arraycopy(state.halfRequest(), 0, request, 0, received);
        outbox.restore(state.output(), state.headSent());
        disconnected = state.disconnected().orElse(null);
    }
}
