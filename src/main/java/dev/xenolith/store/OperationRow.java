package dev.xenolith.store;

import dev.xenolith.control.Operation;
import dev.xenolith.control.OperationKind;
import dev.xenolith.control.OperationState;
import dev.xenolith.control.Problem;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code operation}. */
@Entity
@Table(name = "operation")
class OperationRow {

    @Id
    private UUID id;

    @Version
    private @Nullable Long version;

    @Enumerated(EnumType.STRING)
    private OperationKind kind;

    private String target;

    @Enumerated(EnumType.STRING)
    private OperationState state;

    private @Nullable String phase;
    private @Nullable String progress;
    private @Nullable String result;
    private @Nullable String problem;
    private @Nullable Boolean rolledBack;
    private boolean cancelRequested;
    private Instant createdAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it.
    protected OperationRow() {}

    @SuppressWarnings("NullAway.Init") // set() fills the rest.
    OperationRow(UUID id) {
        this.id = id;
    }

    OperationRow set(Operation operation, JsonText json) {
        kind = operation.kind();
        target = json.write(operation.target());
        state = operation.state();
        phase = operation.phase();
        progress = json.writeOrNull(operation.progress());
        result = json.writeOrNull(operation.result());
        problem = json.writeOrNull(operation.problem());
        rolledBack = operation.rolledBack();
        cancelRequested = operation.cancelRequested();
        createdAt = operation.createdAt();
        startedAt = operation.startedAt();
        finishedAt = operation.finishedAt();
        return this;
    }

    Operation get(JsonText json) {
        return new Operation(
                id,
                kind,
                json.read(target, Operation.Target.class),
                state,
                phase,
                json.readOrNull(progress, Operation.Done.class),
                json.readOrNull(result, Operation.Result.class),
                json.readOrNull(problem, Problem.class),
                rolledBack,
                cancelRequested,
                createdAt,
                startedAt,
                finishedAt);
    }
}
