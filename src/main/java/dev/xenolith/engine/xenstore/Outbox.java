package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.XenstoreWire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Replies and watch events that a guest has not taken yet. An event that waits already is not queued again, and one for
 * which the domain's bytes do not suffice is lost: replies are bounded by not reading more requests.
 */
final class Outbox {

    /** One message as it goes over the ring. */
    record Message(byte[] bytes) {

        boolean isEvent() {
            return type() == XenstoreWire.WATCH_EVENT;
        }

        private int type() {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(XenstoreWire.HEADER_TYPE);
        }

        private ByteBuffer body() {
            return ByteBuffer.wrap(bytes, XenstoreWire.HEADER_BYTES, bytes.length - XenstoreWire.HEADER_BYTES)
                    .slice();
        }
    }

    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private final Set<ByteBuffer> events = new HashSet<>();
    private final StoreClient owner;
    private int replies;
    /** Bytes of the first message that are in the ring already. */
    private int sent;

    Outbox(StoreClient owner) {
        this.owner = owner;
    }

    void reply(int type, int requestId, int transactionId, Payload payload) {
        add(message(type, requestId, transactionId, payload.bytes()));
    }

    void event(String path, String token) {
        byte[] body = Payload.ofStrings(List.of(path, token)).bytes();
        boolean repeated = !StorePath.isSpecial(path) && events.contains(ByteBuffer.wrap(body));
        boolean fits = body.length <= XenstoreWire.PAYLOAD_MAX
                && owner.hasRoomForBytes(body.length + XenstoreWire.HEADER_BYTES);
        if (fits && !repeated) {
            add(message(XenstoreWire.WATCH_EVENT, 0, 0, body));
        }
    }

    /** Replies that wait. */
    int replies() {
        return replies;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Copies at most {@code most} bytes of what goes next; how many. */
    int next(byte[] into, int most) {
        byte[] bytes = messages.getFirst().bytes();
        int length = Math.min(most, bytes.length - sent);
        System.arraycopy(bytes, sent, into, 0, length);
        return length;
    }

    void sent(int bytes) {
        sent += bytes;
        if (sent == messages.getFirst().bytes().length) {
            drop(messages.removeFirst());
            sent = 0;
        }
    }

    void clear() {
        while (!messages.isEmpty()) {
            drop(messages.removeFirst());
        }
        sent = 0;
    }

    List<byte[]> copy() {
        List<byte[]> all = new ArrayList<>();
        messages.forEach(message -> all.add(message.bytes().clone()));
        return all;
    }

    int headSent() {
        return sent;
    }

    void restore(List<byte[]> saved, int headSent) {
        saved.forEach(bytes -> add(new Message(bytes)));
        sent = headSent;
    }

    private void add(Message message) {
        messages.add(message);
        owner.pay(message.bytes().length);
        if (message.isEvent()) {
            events.add(message.body());
        } else {
            replies++;
        }
    }

    private void drop(Message message) {
        owner.pay(-message.bytes().length);
        if (message.isEvent()) {
            events.remove(message.body());
        } else {
            replies--;
        }
    }

    private static Message message(int type, int requestId, int transactionId, byte[] body) {
        ByteBuffer buffer = ByteBuffer.allocate(XenstoreWire.HEADER_BYTES + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(requestId)
                .putInt(transactionId)
                .putInt(body.length)
                .put(body);
        return new Message(buffer.array());
    }
}
