package dev.xenolith.control;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Every domain's console log, written to disk a few times a second. */
@Component
class ConsoleLogs implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ConsoleLogs.class);
    private static final long SAVE_EVERY_MILLIS = 250;

    private final DataDirectory directory;
    private final Map<UUID, Kept> logs = new ConcurrentHashMap<>();
    private volatile boolean running;

    private static final class Kept {

        private final ConsoleLog log;
        private final ConsoleFile file;
        private boolean forgotten;

        Kept(ConsoleLog log, ConsoleFile file) {
            this.log = log;
            this.file = file;
        }

        synchronized void save() {
            if (!forgotten) {
                file.save(log);
            }
        }

        synchronized void forget() {
            forgotten = true;
            log.close();
            file.delete();
        }
    }

    ConsoleLogs(DataDirectory directory, OpenStreams streams) {
        this.directory = directory;
        streams.onClose(() -> logs.values().forEach(kept -> kept.log.close()));
    }

    ConsoleLog of(UUID domain) {
        return logs.computeIfAbsent(domain, this::load).log;
    }

    private Kept load(UUID domain) {
        ConsoleFile file = new ConsoleFile(directory.console(), domain);
        return new Kept(file.load(), file);
    }

    void forget(UUID domain) {
        Kept kept = logs.remove(domain);
        if (kept != null) {
            kept.forget();
        } else {
            new ConsoleFile(directory.console(), domain).delete();
        }
    }

    @Override
    public void start() {
        running = true;
        Thread.ofVirtual().name("console-logs").start(this::saveUntilStopped);
    }

    private void saveUntilStopped() {
        try {
            while (running) {
                Thread.sleep(SAVE_EVERY_MILLIS);
                saveAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void saveAll() {
        logs.forEach((domain, kept) -> {
            try {
                kept.save();
            } catch (RuntimeException e) {
                log.error("cannot keep the console log of domain {}", domain, e);
            }
        });
    }

    @Override
    public void stop() {
        running = false;
        saveAll();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before domains run, and after they are gone. */
    @Override
    public int getPhase() {
        return -1;
    }
}
