package dev.xenolith.rest;

import dev.xenolith.control.Retirement;
import dev.xenolith.control.Words;
import dev.xenolith.engine.PageRetirement;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pages taken out of use by one call. */
@Schema(name = "PageRetirement")
record PageRetirementView(
        @Schema(description = "Null for a dry run, of which nothing is kept", nullable = true) @Nullable
        UUID id,

        @Schema(description = "The domain that was concerned", nullable = true) @Nullable
        DomainRef domain,

        @Schema(
                description = "How the contents got elsewhere: exchange, the guest has another machine frame, as with"
                        + " Xen's toolstack; backing, only the host memory behind its frame is another",
                example = "exchange")
        String mode,

        boolean dryRun,

        @Schema(description = "Makes the same choice again", nullable = true) @Nullable
        Long seed,

        List<PageView> pages,
        Instant createdAt) {

    @Schema(name = "RetiredPageDomain")
    record DomainRef(UUID id, String name) {}

    /** One page. */
    @Schema(name = "RetiredPage")
    record PageView(
            @Schema(description = "The guest's name for the page", nullable = true) @Nullable
            Long pfn,

            @Schema(description = "The host's number of the frame")
            long mfn,

            @Schema(description = "Where its contents are now", nullable = true) @Nullable
            Long newMfn,

            @Schema(description = "offlined, pending or failed", example = "offlined")
            String state,

            @Schema(
                    description = "Why it is not offline; docs/reference/page-retirement.md has them all",
                    nullable = true,
                    example = "guest-must-suspend")
            @Nullable
            String reason) {

        static PageView of(PageRetirement page) {
            PageRetirement.Reason reason = page.reason();
            return new PageView(
                    page.pfn(),
                    page.mfn(),
                    page.newMfn(),
                    Words.of(page.state()),
                    reason == null ? null : Words.of(reason));
        }
    }

    static PageRetirementView of(Retirement retirement, boolean dryRun) {
        UUID domain = retirement.domainId();
        String name = retirement.domainName();
        return new PageRetirementView(
                dryRun ? null : retirement.id(),
                domain == null || name == null ? null : new DomainRef(domain, name),
                Words.of(retirement.mode()),
                dryRun,
                retirement.seed(),
                retirement.pages().stream().map(PageView::of).toList(),
                retirement.createdAt());
    }
}
