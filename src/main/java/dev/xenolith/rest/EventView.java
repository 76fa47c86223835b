package dev.xenolith.rest;

import dev.xenolith.control.Event;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as callers see it. */
@Schema(name = "Event")
record EventView(
        long sequence,
        Instant at,
        @Schema(example = "domain.state") String type,
        Subject subject,

        @Schema(description = "What is new: state, stateReason, domid …")
        Map<String, Object> data) {

    /** What it happened to. */
    @Schema(name = "EventSubject")
    record Subject(
            @Schema(description = "domain, checkpoint, boot-image, operation or host", example = "domain")
            String kind,

            @Schema(nullable = true) @Nullable UUID id,
            @Schema(nullable = true) @Nullable String name) {}

    static EventView of(Event event) {
        return new EventView(
                event.sequence(),
                event.at(),
                event.type(),
                new Subject(event.kind(), event.id(), event.name()),
                event.data());
    }
}
