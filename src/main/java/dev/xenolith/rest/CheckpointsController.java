package dev.xenolith.rest;

import dev.xenolith.control.Checkpoint;
import dev.xenolith.control.Checkpoints;
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
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The checkpoints there are. */
@Tag(name = "Checkpoints", description = "Stored saves of domains, and the way back")
@RestController
@RequestMapping(path = "/v1/checkpoints", produces = "application/json")
class CheckpointsController {

    private static final List<String> STATES =
            Arrays.stream(Checkpoint.State.values()).map(Checkpoint.State::wire).toList();

    private final Checkpoints checkpoints;

    CheckpointsController(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    @Operation(
            operationId = "listCheckpoints",
            summary = "List checkpoints",
            description = "In order of their creation.")
    @GetMapping
    ListView<CheckpointView> list(
            @Parameter(description = "available or damaged") @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String name,
            @Parameter(description = "Id or name of the domain that was saved")
                    @RequestParam(required = false)
                    @Nullable
                    String domain,
            @Parameter(description = "KEY:VALUE") @RequestParam(required = false) @Nullable String label,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return ListView.of(
                checkpoints.list(Lists.of(limit, cursor, state, STATES, name, label), domain), CheckpointView::of);
    }

    @Operation(operationId = "getCheckpoint", summary = "One checkpoint")
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping("/{id}")
    CheckpointView get(@Parameter(description = "Id or name") @PathVariable String id) {
        return CheckpointView.of(checkpoints.get(id));
    }

    @Operation(
            operationId = "patchCheckpoint",
            summary = "Change name and labels",
            description = "A merge patch (RFC 7396): what is not named stays, a label set to null goes.")
    @ApiResponse(
            responseCode = "200",
            description = "The checkpoint as it is now",
            content = @Content(schema = @Schema(implementation = CheckpointView.class)))
    @PatchesNameAndLabels
    CheckpointView patch(@Parameter(description = "Id or name") @PathVariable String id, @RequestBody JsonNode body) {
        MergePatch patch = MergePatch.of(body);
        return CheckpointView.of(checkpoints.patch(id, patch.name(), patch.labels(), patch.dropLabels()));
    }

    @Operation(
            operationId = "deleteCheckpoint",
            summary = "Delete a checkpoint",
            description = "Domains restored of it go on; its file goes when the last of them has ended.")
    @ApiResponse(responseCode = "204", description = "Deleted")
    @CanAnswer(ProblemType.NOT_FOUND)
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@Parameter(description = "Id or name") @PathVariable String id) {
        checkpoints.delete(id);
    }
}
