package dev.xenolith.rest;

import dev.xenolith.control.Domains;
import dev.xenolith.control.ProblemType;
import dev.xenolith.control.Restoring;
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

/** Makes a running domain of a checkpoint. */
@Tag(name = "Checkpoints")
@RestController
class RestoreController {

    private final Restoring restoring;
    private final Domains domains;
    private final DomainViews views;
    private final Answers answers;

    RestoreController(Restoring restoring, Domains domains, DomainViews views, Answers answers) {
        this.restoring = restoring;
        this.domains = domains;
        this.views = views;
        this.answers = answers;
    }

    /** Where a checkpoint is restored to. */
    @Schema(name = "RestoreTarget")
    record Target(
            @Schema(description = "Id or name of a domain that is shut off: restore into it") @Nullable
            String domain,

            @Schema(description = "Name of a new domain; the saved name where left out") @Nullable
            String name,

            @Schema(description = "Wait at the next instruction", defaultValue = "false") @Nullable
            Boolean paused,

            @Schema(
                    description =
                            "Of a transparent checkpoint with the real clock: the guest's time goes on from the save, as"
                                    + " if none had passed, and a date that it counts itself is behind. Otherwise the"
                                    + " time in which the image lay passes for the guest, too: at once when it idles, at"
                                    + " some hundred times the pace while it is busy",
                    defaultValue = "false")
            @Nullable
            Boolean keepTime) {

        Restoring.Wish wish() {
            return new Restoring.Wish(domain, name, Boolean.TRUE.equals(paused), Boolean.TRUE.equals(keepTime));
        }
    }

    @Operation(
            operationId = "restoreCheckpoint",
            summary = "Make a running domain of a checkpoint",
            description =
                    "With domain: into that definition, which must be shut off. Otherwise a new domain, called name,"
                            + " or else as it was saved, or else 409 name-taken. The guest goes on at the next instruction. One"
                            + " checkpoint can be restored many times, side by side.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = Target.class),
                                            examples = {
                                                @ExampleObject(name = "under its saved name", value = "{}"),
                                                @ExampleObject(name = "a copy", value = "{\"name\": \"copy-1\"}"),
                                                @ExampleObject(
                                                        name = "a copy that does not see the time gone by",
                                                        value = "{\"name\": \"copy-2\", \"keepTime\": true}"),
                                                @ExampleObject(
                                                        name = "into a shut-off domain",
                                                        value = "{\"domain\": \"web-1\"}")
                                            })))
    @ApiResponse(
            responseCode = "201",
            description = "The domain (the caller waited); Location names it",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer({
        ProblemType.NAME_TAKEN,
        ProblemType.INSUFFICIENT_MEMORY,
        ProblemType.LIMIT_EXCEEDED,
        ProblemType.IMAGE_CORRUPT,
        ProblemType.IMAGE_INCOMPATIBLE
    })
    @PostMapping(path = "/v1/checkpoints/{id}/restore", consumes = "application/json", produces = "application/json")
    ResponseEntity<Object> restore(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestBody(required = false) @Nullable Target body,
            Prefer prefer)
            throws InterruptedException {
        Target target = body == null ? new Target(null, null, null, null) : body;
        return answers.of(
                restoring.restore(id, target.wish()),
                prefer,
                result -> ResponseEntity.created(URI.create("/v1/domains/" + result.id())),
                result -> views.of(domains.get(result.id().toString())));
    }
}
