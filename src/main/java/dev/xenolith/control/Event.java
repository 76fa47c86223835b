package dev.xenolith.control;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, in the order it happened.
 *
 * @param sequence grows by at least one from event to event, also over server restarts: the cursor of the stream
 * @param type like {@code domain.state}
 * @param kind what it happened to: domain, checkpoint, boot-image, operation or host
 */
public record Event(
        long sequence,
        Instant at,
        String type,
        String kind,
        @Nullable UUID id,
        @Nullable String name,
        Map<String, Object> data) {}
