package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of a state record being read; behind their end there are zeroes or there is damage. */
final class StateInput {

    private final ByteBuffer body;
    private final String record;
    private final long offset;
    private final boolean zeroExtended;

    StateInput(ByteBuffer body, String record, long offset, boolean zeroExtended) {
        this.body = body.order(ByteOrder.LITTLE_ENDIAN);
        this.record = record;
        this.offset = offset;
        this.zeroExtended = zeroExtended;
    }

    String record() {
        return record;
    }

    long offset() {
        return offset;
    }

    /** A buffer that holds that many bytes from here on, advanced past by reading them. */
    ByteBuffer take(int bytes) {
        if (bytes <= body.remaining()) {
            return body;
        }
        if (!zeroExtended) {
            throw Expect.broken(record, offset, bytes + " bytes more", body.remaining() + " bytes");
        }
        ByteBuffer padded =
                ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(body);
        return padded.clear();
    }

    /** A count of elements of which each takes at least this many bytes, so that it cannot promise more than came. */
    int count(int elementBytes) {
        long count = Integer.toUnsignedLong(take(Integer.BYTES).getInt());
        Expect.that(
                count * elementBytes <= body.remaining(),
                record,
                offset,
                "a count of at most " + body.remaining() / elementBytes,
                count);
        return (int) count;
    }

    void requireEnd() {
        Expect.that(!body.hasRemaining(), record, offset, "no bytes behind its state", body.remaining() + " bytes");
    }

    RuntimeException damage(String expected, Object got) {
        return Expect.broken(record, offset, expected, got);
    }
}
