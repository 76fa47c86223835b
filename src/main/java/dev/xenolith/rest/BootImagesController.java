package dev.xenolith.rest;

import dev.xenolith.control.BootImages;
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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Kernels and ramdisks. */
@Tag(name = "Boot images", description = "Kernels and ramdisks; pebble, the builtin kernel, is always there")
@RestController
@RequestMapping(path = "/v1/boot-images", produces = "application/json")
class BootImagesController {

    private final BootImages bootImages;

    BootImagesController(BootImages bootImages) {
        this.bootImages = bootImages;
    }

    @Operation(
            operationId = "uploadBootImage",
            summary = "Upload a kernel or ramdisk",
            description = "The body is the file, with any content type: `curl -fsS -X POST -T vmlinuz"
                    + " 'http://localhost:8080/v1/boot-images?name=debian-6.1'` streams it. The same name and bytes again:"
                    + " 200 and nothing changes.")
    @ApiResponse(
            responseCode = "201",
            description = "Stored; Location names it",
            content = @Content(schema = @Schema(implementation = BootImageView.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The same name with the same bytes was there before",
            content = @Content(schema = @Schema(implementation = BootImageView.class)))
    @UploadsFile
    @PostMapping
    ResponseEntity<BootImageView> upload(
            @Parameter(description = "What it is called from now on", example = "debian-6.1") @RequestParam String name,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        BootImages.Uploaded uploaded = bootImages.upload(name, request.getContentLengthLong(), FileBody.of(request));
        URI location = URI.create("/v1/boot-images/" + uploaded.image().id());
        return ResponseEntity.status(uploaded.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .location(location)
                .body(BootImageView.of(uploaded.image()));
    }

    @Operation(operationId = "listBootImages", summary = "List kernels and ramdisks")
    @GetMapping
    ListView<BootImageView> list(
            @RequestParam(required = false) @Nullable String name,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return ListView.of(bootImages.list(Lists.of(limit, cursor, null, List.of(), name, null)), BootImageView::of);
    }

    @Operation(operationId = "getBootImage", summary = "One kernel or ramdisk")
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping("/{id}")
    BootImageView get(@Parameter(description = "Id or name", example = "pebble") @PathVariable String id) {
        return BootImageView.of(bootImages.get(id));
    }

    @Operation(
            operationId = "deleteBootImage",
            summary = "Delete a kernel or ramdisk",
            description = "Refused while a domain's definition names it; pebble stays.")
    @ApiResponse(responseCode = "204", description = "Deleted")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.IN_USE})
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@Parameter(description = "Id or name") @PathVariable String id) {
        bootImages.delete(id);
    }
}
