package dev.xenolith.rest;

import dev.xenolith.control.CheckpointVerification;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Checks stored images. */
@Tag(name = "Checkpoints")
@RestController
class CheckpointVerificationController {

    private final CheckpointVerification verification;
    private final Answers answers;

    CheckpointVerificationController(CheckpointVerification verification, Answers answers) {
        this.verification = verification;
        this.answers = answers;
    }

    @Operation(
            operationId = "verifyCheckpoint",
            summary = "Read all of a checkpoint's image and say what is wrong where",
            description =
                    "Checksum, order of the records, their contents, and every page. The operation succeeds also where it"
                            + " finds something: its result says ok and lists the findings. A damaged checkpoint is marked so; one"
                            + " that was marked and is sound is available again.")
    @ApiResponse(
            responseCode = "200",
            description = "What was found (the caller waited)",
            content = @Content(schema = @Schema(implementation = VerificationView.class)))
    @Asynchronous
    @PostMapping(path = "/v1/checkpoints/{id}/verify", consumes = "application/json", produces = "application/json")
    ResponseEntity<Object> verify(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) DomainActionsController.@Nullable Nothing body,
            Prefer prefer)
            throws InterruptedException {
        return answers.of(verification.verify(id), prefer, result -> ResponseEntity.ok(), VerificationView::of);
    }
}
