package dev.xenolith.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An error in a machine frame, and what followed from it.
 *
 * @param corrected corrected errors of the frame within the window, this one included
 * @param domid the domain that had the frame, and pfn its guest's name for the page; null where nobody had it
 */
public record MemoryError(
        long mfn,
        Kind kind,
        Outcome outcome,
        int corrected,
        @Nullable Integer domid,
        @Nullable Long pfn,
        @Nullable PageRetirement retirement) {

    public enum Kind {
        /** The memory mended it; too many of them say that the frame will not last. */
        CORRECTED,
        /** What the frame held is lost. */
        UNCORRECTABLE
    }

    public enum Outcome {
        /** Noted. */
        COUNTED,
        /** It was one too many: the frame is taken out of use, and what it held is elsewhere. */
        RETIRED,
        /** Nobody lost anything, and nobody will get the frame. */
        BROKEN,
        /** The guest whose page it was cannot go on; the frame is broken. */
        GUEST_CRASHED
    }

    /** {@code limit} corrected errors of one frame within {@code window} take it out of use. */
    public record Policy(int limit, Duration window) {

        public static final Policy DEFAULT = new Policy(8, Duration.ofHours(24));

        public Policy {
            if (limit < 1 || window.isNegative() || window.isZero()) {
                throw new IllegalArgumentException(
                        "corrected errors: expected a limit and a window above 0, got " + limit + " and " + window);
            }
        }
    }
}
