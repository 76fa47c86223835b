package dev.xenolith.control;

import dev.xenolith.engine.Domain;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes every call through an interface, and makes one of them fail: before it does anything. */
final class Faults {

    private final List<String> calls = new ArrayList<>();
    private int countdown = -1;
    private boolean recording;

    /** From now on calls are noted; the nth, from 0, fails. */
    synchronized void arm(int nth) {
        calls.clear();
        recording = true;
        countdown = nth;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized void disarm() {
        recording = false;
        countdown = -1;
    }

    private synchronized void note(String call) {
        if (!recording) {
            return;
        }
        calls.add(call);
        if (countdown-- == 0) {
            throw new IllegalStateException("injected: " + call);
        }
    }

    <T> T watch(Class<T> type, T real) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    note(type.getSimpleName() + "." + method.getName());
                    Object result = call(real, method, arguments);
                    return result instanceof Domain domain ? watch(Domain.class, domain) : result;
                });
        return type.cast(proxy);
    }

    private static @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
