package dev.xenolith.engine.host;

import dev.xenolith.engine.EngineEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Hands engine events to whoever subscribed, and remembers why the host is degraded. */
final class EventHub {

    private static final System.Logger LOG = System.getLogger(EventHub.class.getName());

    /** Enough to see a pattern; each also went to the log. */
    private static final int MAX_REASONS = 16;

    private final List<Consumer<EngineEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<String> degraded = new CopyOnWriteArrayList<>();

    AutoCloseable subscribe(Consumer<EngineEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void publish(EngineEvent event) {
        if (event instanceof EngineEvent.HostDegraded reason && degraded.size() < MAX_REASONS) {
            degraded.add("domain " + reason.domid() + ": " + reason.detail());
        }
        for (Consumer<EngineEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener failed on " + event, e);
            }
        }
    }

    List<String> degraded() {
        return List.copyOf(degraded);
    }
}
