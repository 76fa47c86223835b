package dev.xenolith.control;

import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Mode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Pages that were taken out of use by one call, each with what became of it.
 *
 * @param domains that had any of the pages, in the order of their turns; empty where nobody had
 * @param seed of the random choice, where there was one
 */
public record Retirement(
        UUID id,
        List<Concerned> domains,
        Mode mode,
        @Nullable Long seed,
        List<PageRetirement> pages,
        Instant createdAt) {

    /** What it took of a domain. */
    public enum Outcome {
        /** Its guest suspended as asked, and goes on. */
        RESUMED,
        /** Nobody had to ask its guest: it was paused or suspended already, the mode is backing, or no page was left. */
        NOT_ASKED,
        /** Its guest did not suspend in time, and goes on as before. */
        UNCOOPERATIVE,
        /** Another domain had had its turn when the operation was cancelled: this one was not waited for. */
        WITHDRAWN,
        /** It has ended, or ended meanwhile. */
        ENDED,
        /** An undo failed: it stays suspended. */
        DAMAGED,
        /** Its turn failed and was undone. */
        FAILED
    }

    /**
     * A domain that had some of the pages.
     *
     * @param domid it had then; {@link #UNKNOWN_DOMID} for a row of the time when one call concerned one domain
     * @param outcome null for what was only examined, and where none was noted at the time
     * @param detail what failed
     */
    public record Concerned(
            UUID id,
            String name,
            int domid,
            @Nullable Outcome outcome,
            @Nullable String detail) {

        /** No guest's. */
        static final int UNKNOWN_DOMID = 0;

        boolean had(int wanted) {
            return domid == wanted || domid == UNKNOWN_DOMID;
        }
    }

    public Retirement {
        domains = List.copyOf(domains);
        pages = List.copyOf(pages);
    }

    /** The domain, if it was only one. */
    public @Nullable Concerned onlyDomain() {
        return domains.size() == 1 ? domains.getFirst() : null;
    }

    /** The domain that had the page; null where nobody had it. */
    public @Nullable Concerned domainOf(PageRetirement page) {
        Integer domid = page.domid();
        return domid == null
                ? null
                : domains.stream()
                        .filter(domain -> domain.had(domid))
                        .findFirst()
                        .orElse(null);
    }

    Retirement withPages(List<PageRetirement> now) {
        return new Retirement(id, domains, mode, seed, now, createdAt);
    }
}
