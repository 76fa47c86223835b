package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.XenstoreWire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * A domain's connection as a transparent save carries it, in the names the guest uses.
 *
 * @param port the guest's port, 0 when it has closed it
 * @param halfRequest bytes of a request that is not complete
 * @param output messages the guest has not taken, the first of them up to {@code headSent} in the ring already
 * @param disconnected why the connection ended, if it has
 */
public record ConnectionState(
        int port,
        List<WatchState> watches,
        List<TransactionState> transactions,
        int nextTransaction,
        byte[] halfRequest,
        List<byte[]> output,
        int headSent,
        Optional<String> disconnected) {

    public record WatchState(String path, String token, boolean relative) {}

    /** @param failed a request in it failed half way, so its commit must */
    public record TransactionState(int id, boolean failed, List<AccessState> accesses) {}

    /**
     * One node that a transaction touched.
     *
     * @param stale it has changed since it was read, so the commit must fail
     * @param existed it was there when first read
     * @param node as the transaction sees it; empty: not there
     * @param match 0 no event at the commit, 1 for this very path, 2 for watches above it too
     * @param before permissions whose holders must hear of the change, too
     */
    public record AccessState(
            String path,
            boolean stale,
            boolean existed,
            boolean modified,
            Optional<NodeState> node,
            int match,
            List<String> before) {}

    /** One node with its permissions as text, {@code r5}. */
    public record NodeState(String path, byte[] value, List<String> permissions, List<String> children) {}

    /** Refuses what no connection can have come to. */
    void check() {
        require(halfRequest.length < XenstoreWire.HEADER_BYTES + XenstoreWire.PAYLOAD_MAX, "half a request");
        if (halfRequest.length >= XenstoreWire.HEADER_BYTES) {
            int length = field(halfRequest, XenstoreWire.HEADER_LEN);
            require(length >= 0 && length <= XenstoreWire.PAYLOAD_MAX, "payload of half a request");
            require(halfRequest.length < XenstoreWire.HEADER_BYTES + length, "half a request that is whole");
        }
        for (byte[] message : output) {
            require(
                    message.length >= XenstoreWire.HEADER_BYTES
                            && message.length == XenstoreWire.HEADER_BYTES + field(message, XenstoreWire.HEADER_LEN),
                    "output message");
        }
        require(headSent >= 0 && headSent < (output.isEmpty() ? 1 : output.getFirst().length), "sent bytes");
    }

    private static int field(byte[] message, int offset) {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("xenstore connection: " + what + ": expected one that can be");
        }
    }
}
