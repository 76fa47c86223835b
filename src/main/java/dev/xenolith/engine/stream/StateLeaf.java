package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * A type inside state records that is no record: so many bytes, in a layout of its own.
 *
 * @param schema its name in the documentation
 */
public record StateLeaf<T>(
        Class<T> type, String schema, int bytes, Function<T, byte[]> encoder, Function<byte[], T> decoder)
        implements StateField {

    @Override
    public void write(Object value, StateOutput out) {
        byte[] encoded = encoder.apply(type.cast(value));
        if (encoded.length != bytes) {
            throw new IllegalStateException(schema + ": expected " + bytes + " bytes, got " + encoded.length);
        }
        out.room(bytes).put(encoded);
    }

    @Override
    public Object read(StateInput in) {
        byte[] encoded = new byte[bytes];
        ByteBuffer from = in.take(bytes);
        from.get(encoded);
        return decoder.apply(encoded);
    }

    @Override
    public Object tree(Object value) {
        return StateTree.bytes(encoder.apply(type.cast(value)));
    }
}
