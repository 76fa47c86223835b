package dev.xenolith.control;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Work in progress or done.
 *
 * @param target the domain or checkpoint it works on
 * @param phase what it is doing, or did last
 * @param result what it made; null until it succeeded
 * @param rolledBack whether everything it had begun was undone; null unless it failed or was cancelled
 */
public record Operation(
        UUID id,
        OperationKind kind,
        Target target,
        OperationState state,
        @Nullable String phase,
        @Nullable Done progress,
        @Nullable Target result,
        @Nullable Problem problem,
        @Nullable Boolean rolledBack,
        boolean cancelRequested,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /**
     * @param kind domain or checkpoint
     */
    public record Target(String kind, UUID id, String name) {}

    /** How far it is, in pages or bytes. */
    public record Done(long done, long total, String unit) {}
}
