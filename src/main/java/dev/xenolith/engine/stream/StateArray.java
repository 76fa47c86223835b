package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A count of elements (u32), then the elements, of a type that has no parts of its own. */
abstract class StateArray implements StateField {

    private static final Map<Class<?>, StateArray> BY_TYPE = Map.of(
            byte[].class, new Bytes(), String.class, new Text(), int[].class, new Ints(), long[].class, new Longs());

    private final String schema;

    private StateArray(String schema) {
        this.schema = schema;
    }

    static @Nullable StateArray of(Class<?> type) {
        return BY_TYPE.get(type);
    }

    @Override
    public String schema() {
        return schema;
    }

    private static void writeBytes(byte[] bytes, StateOutput out) {
        out.room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    private static byte[] readBytes(StateInput in) {
        byte[] bytes = new byte[in.count(1)];
        in.take(bytes.length).get(bytes);
        return bytes;
    }

    private static final class Bytes extends StateArray {
        Bytes() {
            super("u8[]");
        }

        @Override
        public void write(Object value, StateOutput out) {
            writeBytes((byte[]) value, out);
        }

        @Override
        public Object read(StateInput in) {
            return readBytes(in);
        }

        @Override
        public Object tree(Object value) {
            return StateTree.bytes((byte[]) value);
        }
    }

    private static final class Text extends StateArray {
        Text() {
            super("text");
        }

        @Override
        public void write(Object value, StateOutput out) {
            writeBytes(((String) value).getBytes(StandardCharsets.UTF_8), out);
        }

        @Override
        public Object read(StateInput in) {
            return new String(readBytes(in), StandardCharsets.UTF_8);
        }

        @Override
        public Object tree(Object value) {
            return value;
        }
    }

    private static final class Ints extends StateArray {
        Ints() {
            super("u32[]");
        }

        @Override
        public void write(Object value, StateOutput out) {
            int[] ints = (int[]) value;
            ByteBuffer to = out.room(Integer.BYTES * (1 + ints.length)).putInt(ints.length);
            for (int element : ints) {
                to.putInt(element);
            }
        }

        @Override
        public Object read(StateInput in) {
            int[] ints = new int[in.count(Integer.BYTES)];
            ByteBuffer from = in.take(ints.length * Integer.BYTES);
            for (int i = 0; i < ints.length; i++) {
                ints[i] = from.getInt();
            }
            return ints;
        }

        @Override
        public Object tree(Object value) {
            return StateTree.ints((int[]) value);
        }
    }

    private static final class Longs extends StateArray {
        Longs() {
            super("u64[]");
        }

        @Override
        public void write(Object value, StateOutput out) {
            long[] longs = (long[]) value;
            ByteBuffer to = out.room(Integer.BYTES + Long.BYTES * longs.length).putInt(longs.length);
            for (long element : longs) {
                to.putLong(element);
            }
        }

        @Override
        public Object read(StateInput in) {
            long[] longs = new long[in.count(Long.BYTES)];
            ByteBuffer from = in.take(longs.length * Long.BYTES);
            for (int i = 0; i < longs.length; i++) {
                longs[i] = from.getLong();
            }
            return longs;
        }

        @Override
        public Object tree(Object value) {
            return StateTree.longs((long[]) value);
        }
    }
}
