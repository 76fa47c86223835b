package dev.xenolith.rest;

import dev.xenolith.control.Retirement;
import dev.xenolith.control.Retirement.Concerned;
import dev.xenolith.control.Retirement.Outcome;
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

        @Schema(description = "The domain that had the pages, if it was only one", nullable = true) @Nullable
        DomainRef domain,

        @Schema(description = "Every domain that had any of the pages, in the order of their turns")
        List<DomainPart> domains,

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

    /** What it took of one domain. */
    @Schema(name = "RetirementDomain")
    record DomainPart(
            UUID id,
            String name,

            @Schema(
                    description =
                            "resumed: its guest suspended as asked and goes on; not-asked: paused, suspended already,"
                                    + " or mode backing; uncooperative: it did not suspend in time, its pages are pending; withdrawn:"
                                    + " not waited for after a cancel, its pages are pending; ended: its pages go with it;"
                                    + " damaged: it stays suspended; failed: detail says why, its pages keep their marks. Null"
                                    + " for a dry run",
                    nullable = true,
                    example = "resumed")
            @Nullable
            String outcome,

            @Schema(description = "What failed", nullable = true) @Nullable
            String detail,

            @Schema(description = "Its pages that are offline")
            long offlined,

            long pending,
            long failed) {

        static DomainPart of(Retirement retirement, Concerned domain) {
            Outcome outcome = domain.outcome();
            return new DomainPart(
                    domain.id(),
                    domain.name(),
                    outcome == null ? null : Words.of(outcome),
                    domain.detail(),
                    count(retirement, domain, PageRetirement.State.OFFLINED),
                    count(retirement, domain, PageRetirement.State.PENDING),
                    count(retirement, domain, PageRetirement.State.FAILED));
        }

        private static long count(Retirement retirement, Concerned domain, PageRetirement.State state) {
            return retirement.pages().stream()
                    .filter(page -> page.state() == state && domain.equals(retirement.domainOf(page)))
                    .count();
        }
    }

    /** One page. */
    @Schema(name = "RetiredPage")
    record PageView(
            @Schema(description = "The guest's name for the page", nullable = true) @Nullable
            Long pfn,

            @Schema(description = "The domain that had it; null for a free frame", nullable = true) @Nullable
            UUID domainId,

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

        static PageView of(Retirement retirement, PageRetirement page) {
            PageRetirement.Reason reason = page.reason();
            Concerned domain = retirement.domainOf(page);
            return new PageView(
                    page.pfn(),
                    domain == null ? null : domain.id(),
                    page.mfn(),
                    page.newMfn(),
                    Words.of(page.state()),
                    reason == null ? null : Words.of(reason));
        }
    }

    static PageRetirementView of(Retirement retirement, boolean dryRun) {
        Concerned only = retirement.onlyDomain();
        return new PageRetirementView(
                dryRun ? null : retirement.id(),
                only == null ? null : new DomainRef(only.id(), only.name()),
                retirement.domains().stream()
                        .map(domain -> DomainPart.of(retirement, domain))
                        .toList(),
                Words.of(retirement.mode()),
                dryRun,
                retirement.seed(),
                retirement.pages().stream()
                        .map(page -> PageView.of(retirement, page))
                        .toList(),
                retirement.createdAt());
    }
}
