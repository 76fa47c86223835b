package dev.xenolith.control;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Ends what clients follow (events, consoles, waits) when the server stops. It stops before the web server does, which
 * otherwise would wait for streams that never end.
 */
@Component
public class OpenStreams implements SmartLifecycle {

    private final List<Runnable> closers = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;
    private volatile boolean running;

    /** False once the server is stopping: whoever follows something ends its answer. */
    public boolean open() {
        return open;
    }

    void onClose(Runnable closer) {
        closers.add(closer);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        open = false;
        closers.forEach(Runnable::run);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The highest phase stops first. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
