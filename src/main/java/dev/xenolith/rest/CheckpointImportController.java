package dev.xenolith.rest;

import dev.xenolith.control.Checkpoint;
import dev.xenolith.control.CheckpointImport;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Takes images from elsewhere. */
@Tag(name = "Checkpoints")
@RestController
class CheckpointImportController {

    private final CheckpointImport importing;

    CheckpointImportController(CheckpointImport importing) {
        this.importing = importing;
    }

    @Operation(
            operationId = "importCheckpoint",
            summary = "Import an image: of xl save, or downloaded from a Xenolith",
            description = "The body is the file, with any content type: `curl -fsS -X POST -T web.xlsave"
                    + " 'http://localhost:8080/v1/checkpoints?name=web'` streams it. Accepted are files of `xl save` and"
                    + " `xl save -c`, bare libxl and libxc streams (v2 and v3) of PV guests, and images of this server. All of"
                    + " it is read and checked before it is kept; one that is refused leaves nothing behind.")
    @ApiResponse(
            responseCode = "201",
            description = "Stored; Location names it",
            content = @Content(schema = @Schema(implementation = CheckpointView.class)))
    @UploadsFile
    @CanAnswer({ProblemType.IMAGE_CORRUPT, ProblemType.IMAGE_INCOMPATIBLE})
    @PostMapping(path = "/v1/checkpoints", produces = "application/json")
    ResponseEntity<CheckpointView> upload(
            @Parameter(
                            description = "Unique; made up of the saved domain's where left out",
                            example = "web",
                            schema = @Schema(type = "string", pattern = "[a-z][a-z0-9-]{0,62}"))
                    @RequestParam(required = false)
                    @Nullable
                    String name,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        Checkpoint checkpoint = importing.take(name, request.getContentLengthLong(), FileBody.of(request));
        return ResponseEntity.created(URI.create("/v1/checkpoints/" + checkpoint.id()))
                .body(CheckpointView.of(checkpoint));
    }
}
