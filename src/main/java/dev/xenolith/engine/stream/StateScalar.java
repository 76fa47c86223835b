package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A value of a fixed number of bytes. */
record StateScalar(String schema, int bytes, BiConsumer<ByteBuffer, Object> putter, Function<ByteBuffer, Object> getter)
        implements StateField {

    private static final Map<Class<?>, StateScalar> BY_TYPE = Map.of(
            boolean.class,
                    new StateScalar("bool", 1, (to, it) -> to.put((byte) ((Boolean) it ? 1 : 0)), it -> it.get() != 0),
            byte.class, new StateScalar("u8", 1, (to, it) -> to.put((Byte) it), ByteBuffer::get),
            short.class, new StateScalar("u16", 2, (to, it) -> to.putShort((Short) it), ByteBuffer::getShort),
            int.class, new StateScalar("u32", 4, (to, it) -> to.putInt((Integer) it), ByteBuffer::getInt),
            long.class, new StateScalar("u64", 8, (to, it) -> to.putLong((Long) it), ByteBuffer::getLong));

    static @Nullable StateScalar of(Class<?> type) {
        return BY_TYPE.get(type);
    }

    @Override
    public void write(Object value, StateOutput out) {
        putter.accept(out.room(bytes), value);
    }

    @Override
    public Object read(StateInput in) {
        return getter.apply(in.take(bytes));
    }

    @Override
    public Object tree(Object value) {
        return StateTree.scalar(value);
    }
}
