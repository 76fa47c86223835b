package dev.xenolith.engine.stream;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields that {@link StateLayout} knows, by Java type. */
final class StateFields {

    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            Boolean.class, boolean.class,
            Byte.class, byte.class,
            Short.class, short.class,
            Integer.class, int.class,
            Long.class, long.class);

    private final Map<Class<?>, StateField> leaves;

    StateFields(List<StateLeaf<?>> leaves) {
        this.leaves = leaves.stream().collect(Collectors.toMap(StateLeaf::type, leaf -> leaf));
    }

    StateField of(Type type) {
        if (type instanceof ParameterizedType generic) {
            StateField element = of(generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == List.class) {
                return new Many(element);
            }
            if (generic.getRawType() == Optional.class) {
                return new Perhaps(element);
            }
        }
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        throw new IllegalArgumentException("no state layout for " + type);
    }

    private StateField ofClass(Class<?> type) {
        StateField leaf = leaves.get(type);
        if (leaf != null) {
            return leaf;
        }
        Class<?> unboxed = BOXES.getOrDefault(type, type);
        StateField scalar = StateScalar.of(unboxed);
        StateField simple = scalar != null ? scalar : StateArray.of(unboxed);
        if (simple != null) {
            return simple;
        }
        if (type.isRecord()) {
            return StateRecord.of(type, this);
        }
        if (type.isEnum()) {
            return new Constant(type);
        }
        if (type.isInterface() && type.isSealed()) {
            return OneOf.of(type, this);
        }
        throw new IllegalArgumentException("no state layout for " + type);
    }

    private record Many(StateField element) implements StateField {
        @Override
        public void write(Object value, StateOutput out) {
            List<?> list = (List<?>) value;
            out.room(Integer.BYTES).putInt(list.size());
            list.forEach(one -> element.write(one, out));
        }

        @Override
        public Object read(StateInput in) {
            int count = in.count(1);
            List<Object> list = new ArrayList<>(Math.min(count, 1024));
            for (int i = 0; i < count; i++) {
                list.add(element.read(in));
            }
            return List.copyOf(list);
        }

        @Override
        public Object tree(Object value) {
            return ((List<?>) value).stream().map(element::tree).toList();
        }

        @Override
        public String schema() {
            return element.schema() + "[]";
        }
    }

    private record Perhaps(StateField element) implements StateField {
        @Override
        public void write(Object value, StateOutput out) {
            Optional<?> optional = (Optional<?>) value;
            out.room(Integer.BYTES).putInt(optional.isPresent() ? 1 : 0);
            optional.ifPresent(one -> element.write(one, out));
        }

        @Override
        public Object read(StateInput in) {
            int count = in.count(1);
            return switch (count) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(element.read(in));
                default -> throw in.damage("a count of at most 1", count);
            };
        }

        @Override
        public @Nullable Object tree(Object value) {
            return ((Optional<?>) value).map(element::tree).orElse(null);
        }

        @Override
        public String schema() {
            return element.schema() + "?";
        }
    }

    private static final class Constant implements StateField {
        private final Object[] constants;

        Constant(Class<?> type) {
            this.constants = type.getEnumConstants();
        }

        @Override
        public void write(Object value, StateOutput out) {
            out.room(1).put((byte) Arrays.asList(constants).indexOf(value));
        }

        @Override
        public Object read(StateInput in) {
            int position = Byte.toUnsignedInt(in.take(1).get());
            if (position >= constants.length) {
                throw in.damage("one of " + Arrays.toString(constants), position);
            }
            return constants[position];
        }

        @Override
        public Object tree(Object value) {
            return value.toString();
        }

        @Override
        public String schema() {
            return Arrays.stream(constants).map(Object::toString).collect(Collectors.joining("|", "(", ")"));
        }
    }

    private static final class OneOf implements StateField {
        private final Class<?>[] permitted;
        private final StateField[] fields;

        private OneOf(Class<?>[] permitted, StateField[] fields) {
            this.permitted = permitted;
            this.fields = fields;
        }

        static OneOf of(Class<?> type, StateFields known) {
            Class<?>[] permitted = type.getPermittedSubclasses();
            return new OneOf(permitted, Arrays.stream(permitted).map(known::of).toArray(StateField[]::new));
        }

        @Override
        public void write(Object value, StateOutput out) {
            int position = Arrays.asList(permitted).indexOf(value.getClass());
            out.room(1).put((byte) position);
            fields[position].write(value, out);
        }

        @Override
        public Object read(StateInput in) {
            int position = Byte.toUnsignedInt(in.take(1).get());
            if (position >= fields.length) {
                throw in.damage("one of " + schema(), position);
            }
            return fields[position].read(in);
        }

        @Override
        public Object tree(Object value) {
            int position = Arrays.asList(permitted).indexOf(value.getClass());
            return Collections.singletonMap(permitted[position].getSimpleName(), fields[position].tree(value));
        }

        @Override
        public String schema() {
            return Arrays.stream(fields).map(StateField::schema).collect(Collectors.joining("|", "(", ")"));
        }
    }
}
