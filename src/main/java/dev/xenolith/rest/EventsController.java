package dev.xenolith.rest;

import dev.xenolith.control.Event;
import dev.xenolith.control.EventLog;
import dev.xenolith.control.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Everything that happens. */
@Tag(name = "Events", description = "Everything that happens, in order, to follow and to resume")
@RestController
@RequestMapping("/v1/events")
class EventsController {

    private static final int BATCH = 100;

    private final EventLog events;
    private final JsonMapper json;

    EventsController(EventLog events, JsonMapper json) {
        this.events = events;
        this.json = json;
    }

    @Operation(
            operationId = "listEvents",
            summary = "Events that happened, or follow them",
            description =
                    "As application/json: a page of events after cursor, oldest first; nextCursor is never null, since"
                            + " there will be more. As text/event-stream: the same, and then every new one as it happens"
                            + " (`curl -N -H 'Accept: text/event-stream' …`); the id of an event is its cursor, so a client that"
                            + " comes back with Last-Event-ID misses nothing of the last 10,000. A stream without a cursor starts"
                            + " now. An event named gap says that some were forgotten.")
    @ApiResponse(
            responseCode = "200",
            description = "Events",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = EventPage.class)),
                @Content(mediaType = ServerSentEvents.MEDIA_TYPE, schema = @Schema(implementation = EventView.class))
            })
    @GetMapping(produces = "application/json")
    EventPage list(
            @Parameter(description = "A nextCursor, or an event's sequence") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit) {
        long after = cursor == null ? 0 : sequence(cursor);
        List<EventView> items = events.after(after, Lists.checkLimit(limit)).stream()
                .map(EventView::of)
                .toList();
        return new EventPage(
                items, Long.toString(items.isEmpty() ? after : items.getLast().sequence()));
    }

    /** A page of events; there is always a next one. */
    @Schema(name = "EventPage")
    record EventPage(List<EventView> items, String nextCursor) {}

    @Operation(operationId = "listEvents")
    @GetMapping(produces = ServerSentEvents.MEDIA_TYPE)
    void stream(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestHeader(name = ServerSentEvents.LAST_EVENT_ID, required = false) @Nullable String lastEventId,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException, InterruptedException {
        long after = start(cursor, lastEventId);
        ServerSentEvents stream = new ServerSentEvents(response, json);
        long first = events.first();
        if (after + 1 < first) {
            stream.send(first - 1, "gap", Map.of("first", first));
        }
        while (true) {
            List<Event> batch = events.after(after, BATCH);
            for (Event event : batch) {
                stream.send(event.sequence(), event.type(), EventView.of(event));
                after = event.sequence();
            }
            if (!batch.isEmpty()) {
                continue;
            }
            if (!events.await(after, ServerSentEvents.HEARTBEAT_MILLIS)) {
                return;
            }
            stream.heartbeat();
        }
    }

    private long start(@Nullable String cursor, @Nullable String lastEventId) {
        if (lastEventId != null) {
            return eventId(lastEventId);
        }
        return cursor == null ? events.last() : sequence(cursor);
    }

    private static long sequence(String cursor) {
        if (!cursor.matches("\\d{1,18}")) {
            throw ProblemException.parameter("cursor", "expected a nextCursor of an earlier answer, got " + cursor);
        }
        return Long.parseLong(cursor);
    }

    static long eventId(String lastEventId) {
        if (!lastEventId.matches("\\d{1,18}")) {
            throw ProblemException.header(
                    ServerSentEvents.LAST_EVENT_ID, "expected the id of an earlier event, got " + lastEventId);
        }
        return Long.parseLong(lastEventId);
    }
}
