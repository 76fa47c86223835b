package dev.xenolith.rest;

import dev.xenolith.control.Checkpoint;
import dev.xenolith.control.Checkpoints;
import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The bytes of a checkpoint. */
@Tag(name = "Checkpoints")
@RestController
class CheckpointImageController {

    private final Checkpoints checkpoints;

    CheckpointImageController(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    @Operation(
            operationId = "downloadCheckpointImage",
            summary = "Download a checkpoint's image",
            description =
                    "Ranges work, so a broken download resumes with `curl -C -`. Repr-Digest (RFC 9530) is over the"
                            + " whole image, also with a range.")
    @ApiResponse(
            responseCode = "200",
            description = "The whole image",
            headers = @Header(name = "Repr-Digest", schema = @Schema(type = "string")),
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "206",
            description = "The range asked for",
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = "string", format = "binary")))
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.RANGE_NOT_SATISFIABLE, ProblemType.IMAGE_CORRUPT})
    @GetMapping(path = "/v1/checkpoints/{id}/image", produces = "application/octet-stream")
    ResponseEntity<Resource> image(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestHeader(name = HttpHeaders.RANGE, required = false) @Nullable String range) {
        Checkpoint checkpoint = checkpoints.get(id);
        Resource image = new FileSystemResource(checkpoints.image(checkpoint));
        checkRange(range, checkpoint.sizeBytes());
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header("Repr-Digest", reprDigest(checkpoint.sha256()))
                .header(HttpHeaders.ETAG, "\"" + checkpoint.sha256() + "\"")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + checkpoint.name() + ".xenolith\"")
                .body(image);
    }

    private static String reprDigest(String sha256) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)) + ":";
    }

    private static void checkRange(@Nullable String header, long size) {
        if (header == null) {
            return;
        }
        boolean outside;
        try {
            List<HttpRange> ranges = HttpRange.parseRanges(header);
            outside = ranges.stream().allMatch(range -> range.getRangeStart(size) >= size);
        } catch (IllegalArgumentException e) {
            throw ProblemException.header(HttpHeaders.RANGE, "expected bytes=FIRST-LAST, got " + header);
        }
        if (outside) {
            throw new ProblemException(new Problem(
                    ProblemType.RANGE_NOT_SATISFIABLE,
                    "the image has " + size + " bytes, asked for is " + header,
                    Map.of("sizeBytes", size)));
        }
    }
}
