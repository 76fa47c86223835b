package dev.xenolith.rest;

import dev.xenolith.control.CheckpointTaking;
import dev.xenolith.control.Checkpoints;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Stores a domain. */
@Tag(name = "Checkpoints")
@RestController
class CheckpointTakingController {

    private static final String TRANSPARENT = "transparent";
    private static final String CONTINUE = "continue";
    private static final String STOP = "stop";

    private final CheckpointTaking taking;
    private final Checkpoints checkpoints;
    private final Answers answers;

    CheckpointTakingController(CheckpointTaking taking, Checkpoints checkpoints, Answers answers) {
        this.taking = taking;
        this.checkpoints = checkpoints;
        this.answers = answers;
    }

    /** What a caller may say of a new checkpoint. */
    @Schema(name = "NewCheckpoint")
    record NewCheckpoint(
            @Schema(description = "Unique; made up where left out", pattern = "[a-z][a-z0-9-]{0,62}") @Nullable
            String name,

            @Schema(
                    description = "The guest is frozen without being asked",
                    allowableValues = TRANSPARENT,
                    defaultValue = TRANSPARENT)
            @Nullable
            String mode,

            @Schema(
                    description = "What becomes of the domain once it is stored",
                    allowableValues = {CONTINUE, STOP},
                    defaultValue = CONTINUE)
            @Nullable
            String then) {}

    @Operation(
            operationId = "takeCheckpoint",
            summary = "Store a domain: memory, registers, everything",
            description =
                    "Other products call this save or snapshot; with `then: stop` it is Xen's save. The guest stands"
                            + " still while its image is written. A failure or a cancel leaves the domain as it was and no image.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = NewCheckpoint.class),
                                            examples = {
                                                @ExampleObject(name = "and go on", value = "{}"),
                                                @ExampleObject(
                                                        name = "and stop",
                                                        value = "{\"name\": \"saved-1\", \"then\": \"stop\"}")
                                            })))
    @ApiResponse(
            responseCode = "201",
            description = "The checkpoint (the caller waited); Location names it",
            content = @Content(schema = @Schema(implementation = CheckpointView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer({ProblemType.NAME_TAKEN, ProblemType.STORAGE_FULL})
    @PostMapping(path = "/v1/domains/{id}/checkpoints", consumes = "application/json", produces = "application/json")
    ResponseEntity<Object> take(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestBody(required = false) @Nullable NewCheckpoint body,
            Prefer prefer)
            throws InterruptedException {
        NewCheckpoint wanted = body == null ? new NewCheckpoint(null, null, null) : body;
        if (wanted.mode() != null && !wanted.mode().equals(TRANSPARENT)) {
            throw ProblemException.field("/mode", "expected " + TRANSPARENT + ", got " + wanted.mode());
        }
        if (wanted.then() != null
                && !wanted.then().equals(CONTINUE)
                && !wanted.then().equals(STOP)) {
            throw ProblemException.field("/then", "expected continue or stop, got " + wanted.then());
        }
        return answers.of(
                taking.take(id, wanted.name(), STOP.equals(wanted.then())),
                prefer,
                result -> ResponseEntity.created(URI.create("/v1/checkpoints/" + result.id())),
                result -> CheckpointView.of(checkpoints.get(result.id().toString())));
    }
}
