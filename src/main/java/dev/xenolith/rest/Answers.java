package dev.xenolith.rest;

import dev.xenolith.control.Operation;
import dev.xenolith.control.OperationState;
import dev.xenolith.control.Operations;
import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Answers a request for long work: 202 with the operation, or, if the caller waits, what came of it. */
@Component
class Answers {

    private final Operations operations;

    Answers(Operations operations) {
        this.operations = operations;
    }

    /**
     * @param finished the answer once it succeeded, from the thing it made
     */
    ResponseEntity<Object> of(
            Operation submitted,
            Prefer prefer,
            Function<Operation.Result, ResponseEntity.BodyBuilder> finished,
            Function<Operation.Result, Object> body)
            throws InterruptedException {
        if (!prefer.waits()) {
            return accepted(submitted).body(new OperationView.Accepted(OperationView.of(submitted)));
        }
        Operation now = operations.await(submitted.id(), prefer.time());
        if (!now.state().finished()) {
            return accepted(now)
                    .header(Prefer.APPLIED, prefer.applied())
                    .body(new OperationView.Accepted(OperationView.of(now)));
        }
        Operation.Result result = now.result();
        if (now.state() != OperationState.SUCCEEDED || result == null) {
            throw new ProblemException(withOperation(now));
        }
        return finished.apply(result).header(Prefer.APPLIED, prefer.applied()).body(body.apply(result));
    }

    private static ResponseEntity.BodyBuilder accepted(Operation operation) {
        return ResponseEntity.accepted().header("Location", "/v1/operations/" + operation.id());
    }

    private static Problem withOperation(Operation operation) {
        Problem problem = operation.problem();
        if (problem == null) {
            return new Problem(ProblemType.INTERNAL, "the operation ended without a result", Map.of());
        }
        Map<String, Object> members = new HashMap<>(problem.members());
        members.put("operation", operation.id());
        return new Problem(problem.type(), problem.detail(), members);
    }
}
