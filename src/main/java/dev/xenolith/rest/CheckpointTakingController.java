package dev.xenolith.rest;

import dev.xenolith.control.CheckpointMode;
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
    private static final String COOPERATIVE = "cooperative";
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
                    description =
                            "transparent: the guest is frozen without being asked, and only Xenolith restores the image."
                                    + " cooperative: it suspends itself, and real Xen restores it too."
                                    + " A suspended domain's image is cooperative whatever is said here.",
                    allowableValues = {TRANSPARENT, COOPERATIVE},
                    defaultValue = TRANSPARENT)
            @Nullable
            String mode,

            @Schema(
                    description = "What becomes of the domain once it is stored",
                    allowableValues = {CONTINUE, STOP},
                    defaultValue = CONTINUE)
            @Nullable
            String then,

            @Schema(
                    description = "How long the guest may take to suspend itself",
                    minimum = "1",
                    maximum = "600",
                    defaultValue = "60")
            @Nullable
            Integer timeoutSeconds) {}

    @Operation(
            operationId = "takeCheckpoint",
            summary = "Store a domain: memory, registers, everything",
            description =
                    "Other products call this save or snapshot; with `then: stop` it is Xen's save. The guest stands"
                            + " still while its image is written. A failure or a cancel leaves the domain as it was and no image. With"
                            + " `mode: cooperative` the guest is asked to suspend first and resumed after; the operation's result has the"
                            + " `examination` of its suspend.",
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
                                                        value = "{\"name\": \"saved-1\", \"then\": \"stop\"}"),
                                                @ExampleObject(
                                                        name = "for real Xen too",
                                                        value = "{\"name\": \"for-xen\", \"mode\": \"cooperative\"}")
                                            })))
    @ApiResponse(
            responseCode = "201",
            description = "The checkpoint (the caller waited); Location names it",
            content = @Content(schema = @Schema(implementation = CheckpointView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer({ProblemType.NAME_TAKEN, ProblemType.STORAGE_FULL, ProblemType.GUEST_UNCOOPERATIVE})
    @PostMapping(path = "/v1/domains/{id}/checkpoints", consumes = "application/json", produces = "application/json")
    ResponseEntity<Object> take(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestBody(required = false) @Nullable NewCheckpoint body,
            Prefer prefer)
            throws InterruptedException {
        NewCheckpoint wanted = body == null ? new NewCheckpoint(null, null, null, null) : body;
        if (wanted.mode() != null
                && !wanted.mode().equals(TRANSPARENT)
                && !wanted.mode().equals(COOPERATIVE)) {
            throw ProblemException.field("/mode", "expected transparent or cooperative, got " + wanted.mode());
        }
        if (wanted.then() != null
                && !wanted.then().equals(CONTINUE)
                && !wanted.then().equals(STOP)) {
            throw ProblemException.field("/then", "expected continue or stop, got " + wanted.then());
        }
        CheckpointMode mode =
                COOPERATIVE.equals(wanted.mode()) ? CheckpointMode.COOPERATIVE : CheckpointMode.TRANSPARENT;
        return answers.of(
                taking.take(
                        id,
                        new CheckpointTaking.Wish(
                                wanted.name(), mode, STOP.equals(wanted.then()), wanted.timeoutSeconds())),
                prefer,
                result -> ResponseEntity.created(URI.create("/v1/checkpoints/" + result.id())),
                result -> CheckpointView.of(checkpoints.get(result.id().toString())));
    }
}
