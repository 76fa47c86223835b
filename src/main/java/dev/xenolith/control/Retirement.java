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
 * @param domainId the domain whose guest was asked or moved; null where only free frames were concerned
 * @param seed of the random choice, where there was one
 */
public record Retirement(
        UUID id,
        @Nullable UUID domainId,
        @Nullable String domainName,
        Mode mode,
        @Nullable Long seed,
        List<PageRetirement> pages,
        Instant createdAt) {}
