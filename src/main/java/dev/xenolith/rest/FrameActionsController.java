package dev.xenolith.rest;

import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import dev.xenolith.control.RetiredFrames;
import dev.xenolith.control.Words;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.PageRetirement;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What can be done to one machine frame. */
@Tag(name = "Host")
@RestController
@RequestMapping(path = "/v1/host/frames/{mfn}", produces = "application/json")
class FrameActionsController {

    private final RetiredFrames frames;

    FrameActionsController(RetiredFrames frames) {
        this.frames = frames;
    }

    /** Which error the memory is to report. */
    @Schema(name = "NewMemoryError")
    record NewErrorView(
            @Schema(
                    allowableValues = {"corrected", "uncorrectable"},
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String kind) {}

    /** An error, and what followed. */
    @Schema(name = "MemoryError")
    record ErrorView(
            long mfn,
            @Schema(example = "corrected") String kind,

            @Schema(description = "counted, retired, broken or guest-crashed", example = "counted")
            String outcome,

            @Schema(description = "Corrected errors of the frame within the window, this one included")
            int corrected,

            @Schema(description = "The domain that had the frame", nullable = true) @Nullable
            Integer domid,

            @Schema(description = "Its name for the page", nullable = true) @Nullable
            Long pfn,

            @Schema(description = "Where the contents are now, if the frame was retired", nullable = true) @Nullable
            Long newMfn) {

        static ErrorView of(MemoryError error) {
            PageRetirement retirement = error.retirement();
            return new ErrorView(
                    error.mfn(),
                    Words.of(error.kind()),
                    Words.of(error.outcome()),
                    error.corrected(),
                    error.domid(),
                    error.pfn(),
                    retirement == null ? null : retirement.newMfn());
        }
    }

    @Operation(
            operationId = "onlineFrame",
            summary = "Put a frame back into use",
            description =
                    "Also takes back the mark of one that is pending. As xen-hptool mem-online; refused for a broken"
                            + " frame.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.FRAME_NOT_OFFLINABLE})
    @PostMapping(path = "/online", consumes = "application/json")
    FrameView online(
            @PathVariable long mfn,
            @Parameter(hidden = true) @RequestBody(required = false) DomainActionsController.@Nullable Nothing body) {
        return FrameView.of(frames.online(mfn));
    }

    @Operation(
            operationId = "injectMemoryError",
            summary = "Behave as if the memory had reported an error in the frame",
            description = "Corrected errors are counted; xenolith.host.corrected-errors of them within"
                    + " xenolith.host.corrected-error-window put other memory behind the page at once, which its guest"
                    + " does not notice. An uncorrectable one breaks the frame for good: the guest that has it, and no"
                    + " other, ends as crashed(memory-error).")
    @CanAnswer(ProblemType.NOT_FOUND)
    @PostMapping(path = "/errors", consumes = "application/json")
    ErrorView inject(@PathVariable long mfn, @RequestBody NewErrorView body) {
        return ErrorView.of(frames.inject(mfn, kind(body.kind())));
    }

    private static MemoryError.Kind kind(@Nullable String kind) {
        for (MemoryError.Kind known : MemoryError.Kind.values()) {
            if (Words.of(known).equals(kind)) {
                return known;
            }
        }
        throw ProblemException.field("/kind", "expected corrected or uncorrectable, got " + kind);
    }
}
