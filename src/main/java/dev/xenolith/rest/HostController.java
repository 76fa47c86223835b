package dev.xenolith.rest;

import dev.xenolith.control.Inspection;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import dev.xenolith.engine.Audit;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.FramesPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The host: what it has, who has it, and whether it is sound. */
@Tag(name = "Host", description = "Capacity, machine frames, and a check of every invariant")
@RestController
@RequestMapping(path = "/v1/host", produces = "application/json")
class HostController {

    private final Inspection inspection;

    HostController(Inspection inspection) {
        this.inspection = inspection;
    }

    @Operation(
            operationId = "getHost",
            summary = "Capacity, frames by state and owner, capabilities",
            description =
                    "A frame is a machine page of 4 KiB. degraded lists why the host no longer trusts itself; it is"
                            + " empty on a healthy one.")
    @GetMapping
    HostView host() {
        return HostView.of(inspection.host(), inspection.owners());
    }

    /** What the audit found; ok when nothing. */
    record AuditView(boolean ok, List<Audit.Violation> violations) {}

    @Operation(
            operationId = "auditHost",
            summary = "Recompute every invariant of memory",
            description =
                    "Counts and types of all frames are computed anew from the page tables and compared. One domain"
                            + " is paused at a time while it is looked at.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/audit")
    AuditView audit(
            @Parameter(description = "Id or name: only this domain") @RequestParam(required = false) @Nullable
                    String domain) {
        Audit audit = inspection.audit(domain);
        return new AuditView(audit.ok(), audit.violations());
    }

    @Operation(
            operationId = "listFrames",
            summary = "Machine frames, with owner, type and counts",
            description = "In order of their number (mfn).")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/frames")
    ListView<FrameView> frames(
            @Parameter(description = "free, in-use, offlining, offlined or broken")
                    @RequestParam(required = false)
                    @Nullable
                    String state,
            @Parameter(description = "Id or name: only frames of this domain") @RequestParam(required = false) @Nullable
                    String domain,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        FramesPage page =
                inspection.frames(Lists.numberCursor(cursor), Lists.checkLimit(limit), frameState(state), domain);
        Long next = page.nextMfn();
        return new ListView<>(
                page.frames().stream().map(FrameView::of).toList(), next == null ? null : Long.toString(next));
    }

    private static @Nullable FrameState frameState(@Nullable String state) {
        if (state == null) {
            return null;
        }
        return Arrays.stream(FrameState.values())
                .filter(known -> FrameView.wire(known.name()).equals(state))
                .findFirst()
                .orElseThrow(() -> ProblemException.parameter(
                        "state",
                        "expected one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(FrameState.values())
                                                .map(known -> FrameView.wire(known.name()))
                                                .toList())
                                + ", got " + state.toLowerCase(Locale.ROOT)));
    }

    @Operation(operationId = "getFrame", summary = "One machine frame")
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping("/frames/{mfn}")
    FrameView frame(@PathVariable long mfn) {
        return FrameView.of(inspection.frame(mfn));
    }
}
