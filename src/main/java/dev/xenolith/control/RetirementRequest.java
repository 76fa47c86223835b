package dev.xenolith.control;

import dev.xenolith.engine.PageRetirement.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pages are to leave use: frames of the host, pages of a domain by pfn, or so many of its pages taken at random.
 *
 * @param seed makes the random choice repeatable; null for a made-up one
 */
public record RetirementRequest(
        List<Range> frames,
        @Nullable String domain,
        List<Long> pfns,
        @Nullable Integer random,
        @Nullable Long seed,
        Mode mode,
        @Nullable Integer timeoutSeconds) {

    /** Frames a single call can take. */
    public static final int MAX_PAGES = 65_536;

    /** Consecutive frames. */
    public record Range(long first, long count) {}

    public RetirementRequest {
        frames = List.copyOf(frames);
        pfns = List.copyOf(pfns);
        int ways = (frames.isEmpty() ? 0 : 1) + (pfns.isEmpty() ? 0 : 1) + (random == null ? 0 : 1);
        if (ways != 1) {
            throw ProblemException.field(
                    "", "expected exactly one of frames, domain with pfns, and domain with random; got " + ways);
        }
        if (frames.isEmpty() == (domain == null)) {
            throw ProblemException.field("/domain", "expected with pfns and with random, and not with frames");
        }
        long pages = frames.stream().mapToLong(Range::count).sum() + pfns.size() + (random == null ? 0 : random);
        if (pages < 1 || pages > MAX_PAGES) {
            throw ProblemException.limit("pages in one retirement", MAX_PAGES, pages);
        }
    }
}
