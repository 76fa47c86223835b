package dev.xenolith.rest;

import dev.xenolith.control.ProblemException;
import dev.xenolith.control.RetirementRequest;
import dev.xenolith.engine.PageRetirement.Mode;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which pages are to leave use. */
@Schema(
        name = "NewPageRetirement",
        description =
                "Exactly one of: frames; domain with pfns; domain with random, and a seed if it is to be repeated")
record NewPageRetirementView(
        @Nullable List<RangeView> frames,

        @Schema(description = "Id or name") @Nullable String domain,

        @Nullable List<Long> pfns,

        @Schema(description = "So many of the domain's pages", minimum = "1", maximum = "65536") @Nullable
        Integer random,

        @Nullable Long seed,

        @Schema(
                description = "exchange: the guest gets other machine frames, and is suspended for it; backing (not"
                        + " Xen's): it keeps them, and only the memory behind them is another",
                allowableValues = {"exchange", "backing"},
                defaultValue = "exchange")
        @Nullable
        String mode,

        @Schema(description = "Only say what would happen, and what blocks", defaultValue = "false") @Nullable
        Boolean dryRun,

        @Schema(
                description = "How long each guest may take to suspend",
                minimum = "1",
                maximum = "600",
                defaultValue = "60")
        @Nullable
        Integer timeoutSeconds) {

    @Schema(name = "FrameRange")
    record RangeView(
            @Schema(minimum = "0", requiredMode = Schema.RequiredMode.REQUIRED) @Nullable
            Long first,

            @Schema(minimum = "1", defaultValue = "1") @Nullable
            Long count) {}

    RetirementRequest toRequest() {
        return new RetirementRequest(
                ranges(), domain, pfns == null ? List.of() : pfns, random, seed, modeOf(mode), timeoutSeconds);
    }

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    private List<RetirementRequest.Range> ranges() {
        if (frames == null) {
            return List.of();
        }
        List<RetirementRequest.Range> ranges = new java.util.ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            RangeView range = frames.get(i);
            Long first = range.first();
            Long count = range.count();
            if (first == null || first < 0) {
                throw ProblemException.field("/frames/" + i + "/first", "expected 0 or more, got " + first);
            }
            if (count != null && (count < 1 || count > RetirementRequest.MAX_PAGES)) {
                throw ProblemException.field(
                        "/frames/" + i + "/count", "expected 1 to " + RetirementRequest.MAX_PAGES + ", got " + count);
            }
            ranges.add(new RetirementRequest.Range(first, count == null ? 1 : count));
        }
        return ranges;
    }

    private static Mode modeOf(@Nullable String mode) {
        if (mode == null || mode.equals("exchange")) {
            return Mode.EXCHANGE;
        }
        if (mode.equals("backing")) {
            return Mode.BACKING;
        }
        throw ProblemException.field("/mode", "expected exchange or backing, got " + mode);
    }
}
