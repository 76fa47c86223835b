package dev.xenolith.rest;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.xenolith.control.Operation;
import dev.xenolith.control.OperationKind;
import dev.xenolith.control.OperationState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An operation as callers see it. */
@Schema(name = "Operation")
record OperationView(
        UUID id,
        OperationKind kind,
        Operation.Target target,
        OperationState state,

        @Schema(description = "What it is doing, or did last", nullable = true, example = "write") @Nullable
        String phase,

        @Schema(nullable = true) Operation.@Nullable Done progress,

        @Schema(description = "What it made, or worked on and found; null until it succeeded", nullable = true)
        @Nullable
        ResultView result,

        @Schema(description = "Why it failed, as in the answer to Prefer: wait", nullable = true, ref = "Problem")
        @Nullable
        Map<String, Object> problem,

        @Schema(
                description = "Whether everything it had begun was undone; null unless it failed or was cancelled",
                nullable = true)
        @Nullable
        Boolean rolledBack,

        boolean cancelRequested,
        Instant createdAt,
        @Schema(nullable = true) @Nullable Instant startedAt,
        @Schema(nullable = true) @Nullable Instant finishedAt) {

    static OperationView of(Operation operation) {
        return new OperationView(
                operation.id(),
                operation.kind(),
                operation.target(),
                operation.state(),
                operation.phase(),
                operation.progress(),
                ResultView.of(operation.result()),
                operation.problem() == null ? null : ProblemJson.body(operation.problem(), null),
                operation.rolledBack(),
                operation.cancelRequested(),
                operation.createdAt(),
                operation.startedAt(),
                operation.finishedAt());
    }

    /** The thing it made or worked on, and what there is to say of how that went. */
    @Schema(
            name = "OperationResult",
            description = "Besides these, what the kind of operation has to say: ok and findings of a verify …",
            additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
    record ResultView(
            String kind,
            UUID id,
            String name,

            @JsonAnyGetter @Schema(hidden = true) Map<String, Object> report) {

        static @Nullable ResultView of(Operation.@Nullable Result result) {
            return result == null ? null : new ResultView(result.kind(), result.id(), result.name(), result.report());
        }
    }

    /** The body of a 202: {@code .id} is null, so that no script takes the operation for the thing. */
    @Schema(name = "OperationAccepted")
    record Accepted(OperationView operation) {}
}
