package dev.xenolith.rest;

import dev.xenolith.control.OperationState;
import dev.xenolith.control.Operations;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Work that takes long. */
@Tag(name = "Operations", description = "Work in progress, and what came of it; kept for 7 days")
@RestController
@RequestMapping(path = "/v1/operations", produces = "application/json")
class OperationsController {

    private static final List<String> STATES =
            Arrays.stream(OperationState.values()).map(OperationState::wire).toList();

    private final Operations operations;

    OperationsController(Operations operations) {
        this.operations = operations;
    }

    @Operation(operationId = "listOperations", summary = "List operations", description = "In order of their creation.")
    @GetMapping
    ListView<OperationView> list(
            @Parameter(description = "pending, running, succeeded, failed or cancelled")
                    @RequestParam(required = false)
                    @Nullable
                    String state,
            @Parameter(description = "Name of the domain or checkpoint it works on")
                    @RequestParam(required = false)
                    @Nullable
                    String name,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return ListView.of(operations.list(Lists.of(limit, cursor, state, STATES, name, null)), OperationView::of);
    }

    @Operation(
            operationId = "getOperation",
            summary = "One operation",
            description = "With Prefer: wait=N it answers as soon as the operation is over, after N seconds at the"
                    + " latest.")
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping("/{id}")
    ResponseEntity<OperationView> get(@PathVariable String id, Prefer prefer) throws InterruptedException {
        dev.xenolith.control.Operation operation = operations.get(id);
        if (!prefer.waits()) {
            return ResponseEntity.ok(OperationView.of(operation));
        }
        return ResponseEntity.ok()
                .header(Prefer.APPLIED, prefer.applied())
                .body(OperationView.of(operations.await(operation.id(), prefer.time())));
    }

    @Operation(
            operationId = "cancelOperation",
            summary = "Ask an operation to end",
            description =
                    "It undoes what it has begun, which takes a moment. One whose result is about to stand ends as"
                            + " succeeded.")
    @ApiResponse(
            responseCode = "202",
            description = "It is asked to end",
            content = @Content(schema = @Schema(implementation = OperationView.Accepted.class)))
    @ApiResponse(
            responseCode = "200",
            description = "It is cancelled",
            content = @Content(schema = @Schema(implementation = OperationView.class)))
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @PostMapping(path = "/{id}/cancel", consumes = "application/json")
    ResponseEntity<Object> cancel(
            @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) DomainActionsController.@Nullable Nothing body,
            Prefer prefer)
            throws InterruptedException {
        dev.xenolith.control.Operation operation = operations.cancel(id);
        if (prefer.waits()) {
            operation = operations.await(operation.id(), prefer.time());
        }
        if (operation.state().finished()) {
            return ResponseEntity.ok(OperationView.of(operation));
        }
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .header("Location", "/v1/operations/" + operation.id())
                .body(new OperationView.Accepted(OperationView.of(operation)));
    }
}
