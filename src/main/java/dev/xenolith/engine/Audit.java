package dev.xenolith.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code checkInvariants()} found. */
public record Audit(List<Violation> violations) {

    public record Violation(@Nullable Integer domid, String invariant, String detail) {}

    public boolean ok() {
        return violations.isEmpty();
    }
}
