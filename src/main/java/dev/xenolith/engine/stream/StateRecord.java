package dev.xenolith.engine.stream;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Java record as its components, one after the other. */
final class StateRecord implements StateField {

    private final String name;
    private final String[] names;
    private final StateField[] fields;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    private StateRecord(Class<?> type, RecordComponent[] components, StateFields known)
            throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        this.name = type.getSimpleName();
        this.names = Arrays.stream(components).map(RecordComponent::getName).toArray(String[]::new);
        this.fields = new StateField[components.length];
        this.accessors = new MethodHandle[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            fields[i] = known.of(components[i].getGenericType());
            accessors[i] = lookup.unreflect(components[i].getAccessor())
                    .asType(MethodType.methodType(Object.class, Object.class));
        }
        this.constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                .asSpreader(Object[].class, components.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    static StateRecord of(Class<?> type, StateFields known) {
        try {
            return new StateRecord(type, type.getRecordComponents(), known);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " must be public, as its components' types", e);
        }
    }

    @Override
    public void write(Object value, StateOutput out) {
        for (int i = 0; i < fields.length; i++) {
            fields[i].write(component(value, i), out);
        }
    }

    @Override
    public Object read(StateInput in) {
        Object[] values = new Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
            values[i] = fields[i].read(in);
        }
        try {
            return constructor.invokeExact(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name + " threw a checked exception", e);
        }
    }

    @Override
    public Map<String, @Nullable Object> tree(Object value) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i++) {
            tree.put(names[i], fields[i].tree(component(value, i)));
        }
        return tree;
    }

    private Object component(Object value, int index) {
        try {
            return accessors[index].invokeExact(value);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name + "." + names[index] + " threw a checked exception", e);
        }
    }

    @Override
    public String schema() {
        StringBuilder text = new StringBuilder(name).append('{');
        for (int i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(fields[i].schema())
                    .append(' ')
                    .append(names[i]);
        }
        return text.append('}').toString();
    }
}
