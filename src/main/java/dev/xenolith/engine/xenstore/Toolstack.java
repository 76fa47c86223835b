package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store for those who run the host: the toolstack and our backends. Paths are absolute and the host's; nothing is
 * refused but nonsense, which is an {@link IllegalArgumentException}.
 */
public final class Toolstack {

    private final Xenstore store;
    private final StoreClient client;
    private final NodeOperations nodes;
    private final Map<String, Consumer<String>> listeners = new HashMap<>();
    private int tokens;

    Toolstack(Xenstore store) {
        this.store = store;
        this.client = new StoreClient(store.tree(), GuestNames.same(Xenstore.TOOLSTACK), this::event);
        this.nodes = new NodeOperations(client, store.tree());
    }

    StoreClient client() {
        return client;
    }

    /** The value there, or null. */
    public @Nullable String read(String path) {
        synchronized (store) {
            Node node = store.tree().read(path);
            return node == null ? null : new String(node.value(), StandardCharsets.UTF_8);
        }
    }

    public List<String> list(String path) {
        synchronized (store) {
            Node node = store.tree().read(path);
            return node == null ? List.of() : List.copyOf(node.children());
        }
    }

    /** Writes a value, making what is missing above it; a new node gets its parent's permissions. */
    public void write(String path, String value) {
        act(() -> nodes.write(checked(path), value.getBytes(StandardCharsets.UTF_8)));
    }

    public void write(String path, String value, Permission... permissions) {
        act(() -> {
            nodes.write(checked(path), value.getBytes(StandardCharsets.UTF_8));
            nodes.setPermissions(path, List.of(permissions));
        });
    }

    public void mkdir(String path, Permission... permissions) {
        act(() -> {
            nodes.mkdir(checked(path));
            if (permissions.length > 0) {
                nodes.setPermissions(path, List.of(permissions));
            }
        });
    }

    /** Removes a node and all below it; no change if it is not there. */
    public void remove(String path) {
        act(() -> {
            if (store.tree().read(checked(path)) != null) {
                nodes.remove(path);
            }
        });
    }

    /**
     * Calls the listener with the path of each change at or below {@code path}, and once now. It is called under the
     * store's lock on whichever thread made the change: it must only hand the news on.
     */
    public AutoCloseable watch(String path, Consumer<String> listener) {
        synchronized (store) {
            String token = Integer.toString(++tokens);
            if (listeners.isEmpty()) {
                store.watches().add(client);
            }
            listeners.put(token, listener);
            client.addWatch(path, token);
            listener.accept(path);
            return () -> unwatch(path, token);
        }
    }

    private void unwatch(String path, String token) {
        synchronized (store) {
            if (listeners.remove(token) != null) {
                client.removeWatch(path, token);
            }
            if (listeners.isEmpty()) {
                store.watches().remove(client);
            }
        }
    }

    private void event(String path, String token) {
        Consumer<String> listener = listeners.get(token);
        if (listener != null) {
            listener.accept(path);
        }
    }

    private void act(Runnable action) {
        synchronized (store) {
            try {
                action.run();
            } catch (StoreFailure failure) {
                throw new IllegalArgumentException("xenstore: " + ErrorName.of(failure.errno()), failure);
            }
        }
    }

    private static String checked(String path) {
        if (!path.startsWith("/")) {
            throw new StoreFailure(Errno.EINVAL);
        }
        return StorePath.canonical(path, "", false);
    }
}
