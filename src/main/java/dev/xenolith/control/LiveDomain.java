package dev.xenolith.control;

import dev.xenolith.engine.Domain;

/** A domain that exists in the engine, and what must happen once it is gone. */
final class LiveDomain {

    private final Domain engine;
    private final Runnable onEnd;

    /**
     * @param onEnd releases the checkpoint image its pages load from
     */
    LiveDomain(Domain engine, Runnable onEnd) {
        this.engine = engine;
        this.onEnd = onEnd;
    }

    Domain engine() {
        return engine;
    }

    void destroy() {
        engine.destroy();
        onEnd.run();
    }
}
