package dev.xenolith.engine.domain;

import dev.xenolith.engine.DomainState;
import dev.xenolith.engine.EngineEvent.CrashReason;
import dev.xenolith.engine.EngineEvent.ShutdownReason;
import org.jspecify.annotations.Nullable;

/**
 * What a domain that exists is doing. Written by whoever holds the baton, read by anybody.
 *
 * <pre>
 *   PAUSED ⇄ RUNNING ──► SHUTDOWN | CRASHED ──► DYING
 *      │        ▲ └────► SUSPENDED ──┐          ▲
 *      │        └────────────────────┤          │
 *      └─────────────────────────────┴──────────┘
 * </pre>
 */
public final class Lifecycle {

    /** One moment of it. */
    public record Stage(
            DomainState state,
            @Nullable ShutdownReason shutdownReason,
            @Nullable CrashReason crashReason,
            @Nullable String detail) {

        static Stage of(DomainState state) {
            return new Stage(state, null, null, null);
        }
    }

    private volatile Stage stage = Stage.of(DomainState.PAUSED);

    /** Entered stages so far; only for whoever holds the baton. */
    private long changes;

    public Stage stage() {
        return stage;
    }

    public DomainState state() {
        return stage.state();
    }

    public boolean isRunning() {
        return stage.state() == DomainState.RUNNING;
    }

    public void pause() {
        enter(Stage.of(DomainState.PAUSED));
    }

    public void run() {
        enter(Stage.of(DomainState.RUNNING));
    }

    void shutdown(ShutdownReason reason) {
        DomainState next = reason == ShutdownReason.SUSPEND ? DomainState.SUSPENDED : DomainState.SHUTDOWN;
        enter(new Stage(next, reason, null, null));
    }

    void crash(CrashReason reason, String detail) {
        enter(new Stage(DomainState.CRASHED, null, reason, detail));
    }

    void damage(String detail) {
        Stage last = stage;
        enter(new Stage(last.state(), last.shutdownReason(), last.crashReason(), "guest-damaged: " + detail));
    }

    /** Keeps what ended the domain, for those who ask while it is taken apart. */
    public void die() {
        Stage last = stage;
        enter(new Stage(DomainState.DYING, last.shutdownReason(), last.crashReason(), last.detail()));
    }

    /** Tells two stays in the same state apart. */
    public long changes() {
        return changes;
    }

    private void enter(Stage next) {
        stage = next;
        changes++;
    }
}
