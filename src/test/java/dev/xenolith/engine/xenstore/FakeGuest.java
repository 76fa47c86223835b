package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.XenstoreRing;
import dev.xenolith.engine.abi.XenstoreWire;
import dev.xenolith.engine.evtchn.EventChannels;
import dev.xenolith.engine.evtchn.EventFabric;
import dev.xenolith.engine.evtchn.OneVcpu;
import dev.xenolith.engine.machine.FakePage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A guest's end of the ring, as {@code drivers/xen/xenbus} has one. Text stands for bytes, {@code |} for NUL. */
final class FakeGuest {

    record Answer(int type, int requestId, int transactionId, String text) {
        @Override
        public String toString() {
            String name = type == XenstoreWire.ERROR ? "error " : type == XenstoreWire.WATCH_EVENT ? "event " : "";
            return name + text;
        }
    }

    final FakePage page;
    final OneVcpu vcpu = new OneVcpu();
    final EventChannels events;
    final StoreRing ring;
    final GuestNames names;
    final int port;
    final AtomicInteger wakes = new AtomicInteger();
    private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    private int requestId;

    FakeGuest(Xenstore store, int domid) {
        this(store, GuestNames.same(domid), new FakePage(), null, null);
    }

    FakeGuest(
            Xenstore store, GuestNames names, FakePage page, @Nullable FakeGuest saved, @Nullable XenstoreState state) {
        this.names = names;
        this.page = page;
        events = new EventChannels(new EventFabric(), names.hostDomid(), names.guestDomid(), vcpu, vcpu, 1023);
        ring = store.introduce(names, page, events.backends(), wakes::incrementAndGet);
        if (saved != null && state != null) {
            events.restore(saved.events.state());
            store.restore(names, state);
            port = state.connection().port();
            requestId = saved.requestId;
            ring.reconnect(port);
        } else {
            port = events.backends().alloc();
            ring.connect(port);
        }
    }

    /** Sends one request and answers what came for it; watch events before it are dropped. */
    String ask(int type, String text) {
        return ask(type, 0, text);
    }

    String ask(int type, int transaction, String text) {
        send(type, transaction, text);
        for (Answer answer : receive()) {
            if (answer.requestId() == requestId && answer.type() != XenstoreWire.WATCH_EVENT) {
                return answer.toString();
            }
        }
        return "no answer";
    }

    int begin() {
        String id = ask(XenstoreWire.TRANSACTION_START, "|");
        return Integer.parseInt(id.substring(0, id.length() - 1));
    }

    void send(int type, int transaction, String text) {
        put(message(type, transaction, text));
        events.send(port);
    }

    byte[] message(int type, int transaction, String text) {
        byte[] body = text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(XenstoreWire.HEADER_BYTES + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(++requestId)
                .putInt(transaction)
                .putInt(body.length)
                .put(body)
                .array();
    }

    /** Puts bytes into the ring, waiting for room as a guest does: by notifying. */
    void put(byte[] bytes) {
        int producer = page.getInt(XenstoreRing.REQ_PROD);
        for (byte b : bytes) {
            if (producer - page.getInt(XenstoreRing.REQ_CONS) == XenstoreRing.RING_BYTES) {
                page.putInt(XenstoreRing.REQ_PROD, producer);
                events.send(port);
                collect();
            }
            page.putByte(XenstoreRing.REQ + (producer++ & (XenstoreRing.RING_BYTES - 1)), b);
        }
        page.putInt(XenstoreRing.REQ_PROD, producer);
    }

    /** Everything that comes, however many turns it takes. */
    List<Answer> receive() {
        int before;
        do {
            before = unread.size();
            collect();
            events.send(port);
        } while (unread.size() != before || wakes.getAndSet(0) > 0);
        return parse();
    }

    List<String> receiveEvents() {
        return receive().stream()
                .filter(answer -> answer.type() == XenstoreWire.WATCH_EVENT)
                .map(Answer::text)
                .toList();
    }

    private void collect() {
        int consumer = page.getInt(XenstoreRing.RSP_CONS);
        int producer = page.getInt(XenstoreRing.RSP_PROD);
        while (consumer != producer) {
            unread.write(page.getByte(XenstoreRing.RSP + (consumer++ & (XenstoreRing.RING_BYTES - 1))));
        }
        page.putInt(XenstoreRing.RSP_CONS, consumer);
    }

    private List<Answer> parse() {
        ByteBuffer bytes = ByteBuffer.wrap(unread.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Answer> answers = new ArrayList<>();
        while (bytes.remaining() >= XenstoreWire.HEADER_BYTES) {
            bytes.mark();
            int type = bytes.getInt();
            int id = bytes.getInt();
            int transaction = bytes.getInt();
            byte[] body = new byte[bytes.getInt()];
            if (bytes.remaining() < body.length) {
                bytes.reset();
                break;
            }
            bytes.get(body);
            String text = new String(body, StandardCharsets.ISO_8859_1).replace('\0', '|');
            answers.add(new Answer(type, id, transaction, text));
        }
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        unread.reset();
        unread.writeBytes(rest);
        return answers;
    }
}
