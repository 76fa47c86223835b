package dev.xenolith.engine;

import org.jspecify.annotations.Nullable;

/** Records from a position on, at most {@code limit}, of one name where given. */
public record ImageRecordQuery(
        long fromPosition, int limit, @Nullable String name) {}
