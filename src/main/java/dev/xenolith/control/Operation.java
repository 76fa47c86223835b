package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Work in progress or done.
 *
 * @param target the domain or checkpoint it works on
 * @param phase what it is doing, or did last
 * @param result what it made or found; null until it succeeded
 * @param rolledBack whether everything it had begun was undone; null unless it failed or was cancelled
 */
public record Operation(
        UUID id,
        OperationKind kind,
        Target target,
        OperationState state,
        @Nullable String phase,
        @Nullable Done progress,
        @Nullable Result result,
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

    /**
     * The thing it made or worked on, and what there is to say of how that went.
     *
     * @param report members by name, values as JSON has them; on the wire they stand beside the others
     */
    public record Result(
            String kind,
            UUID id,
            String name,

            @JsonAnyGetter @JsonAnySetter Map<String, Object> report) {

        public Result {
            report = Collections.unmodifiableMap(new LinkedHashMap<>(report));
        }

        static Result of(DomainDefinition domain, Map<String, Object> report) {
            return new Result("domain", domain.id(), domain.name(), report);
        }

        public static Result of(String kind, UUID id, String name) {
            return new Result(kind, id, name, Map.of());
        }
    }

    /** How far it is, in pages or bytes. */
    public record Done(long done, long total, String unit) {}
}
