package dev.xenolith.control;

import dev.xenolith.engine.Domain;
import java.io.IOException;
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
    private String failed = "";
    private boolean recording;
    private @Nullable Runnable interposed;

    /** From now on calls are noted; the nth, from 0, fails. */
    synchronized void arm(int nth) {
        calls.clear();
        failed = "";
        recording = true;
        countdown = nth;
    }

    /** The same, but before the nth call something happens, and the call goes on. */
    synchronized void interpose(int nth, Runnable what) {
        arm(nth);
        interposed = what;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized void disarm() {
        recording = false;
        countdown = -1;
        interposed = null;
    }

    /** What a call throws when its turn has come. */
    @FunctionalInterface
    interface Fault {
        Exception of(String call);
    }

    static Exception diskFull(String call) {
        return new IOException("No space left on device, injected: " + call);
    }

    /** The call that failed; empty before it did. */
    synchronized String failed() {
        return failed;
    }

    private void note(String call, Fault fault) throws Exception {
        Runnable what;
        synchronized (this) {
            if (!recording) {
                return;
            }
            calls.add(call);
            if (countdown-- != 0) {
                return;
            }
            failed = call;
            what = interposed;
        }
        if (what == null) {
            throw fault.of(call);
        }
        what.run();
    }

    <T> T watch(Class<T> type, T real) {
        return watch(type, real, call -> new IllegalStateException("injected: " + call));
    }

    <T> T watch(Class<T> type, T real, Fault fault) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    note(type.getSimpleName() + "." + method.getName(), fault);
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
