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
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
            summary = "Follow what happens, or list it",
            description =
                    "As text/event-stream, which is what `curl -N …/v1/events` gets: the events after cursor, and then"
                            + " every new one as it happens. The id of an event is its cursor, so a client that comes back with"
                            + " Last-Event-ID misses nothing of the last 10,000; an event named gap says that some were forgotten."
                            + " Without a cursor the stream starts now. As application/json: a page of events after cursor, oldest"
                            + " first; nextCursor is never null, since there will be more.")
    @ApiResponse(
            responseCode = "200",
            description = "Events",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = EventPage.class)),
                @Content(mediaType = ServerSentEvents.MEDIA_TYPE, schema = @Schema(implementation = EventView.class))
            })
    @GetMapping(produces = {ServerSentEvents.MEDIA_TYPE, "application/json"})
    @Nullable
    ResponseEntity<EventPage> events(
            @Parameter(description = "A nextCursor, or an event's sequence") @RequestParam(required = false) @Nullable
                    String cursor,
            @Parameter(description = "Of a page, not of a stream") @RequestParam(defaultValue = Lists.DEFAULT_LIMIT)
                    int limit,
            @RequestHeader(name = ServerSentEvents.LAST_EVENT_ID, required = false) @Nullable String lastEventId,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable
                    String accept,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException, InterruptedException {
        Lists.checkLimit(limit);
        if (accept != null && accept.contains("json")) {
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(page(cursor == null ? 0 : sequence(cursor), limit));
        }
        stream(start(cursor, lastEventId), new ServerSentEvents(response, json));
        return null;
    }

    private EventPage page(long after, int limit) {
        List<EventView> items =
                events.after(after, limit).stream().map(EventView::of).toList();
        return new EventPage(
                items, Long.toString(items.isEmpty() ? after : items.getLast().sequence()));
    }

    /** A page of events; there is always a next one. */
    @Schema(name = "EventPage")
    record EventPage(List<EventView> items, String nextCursor) {}

    private void stream(long start, ServerSentEvents stream) throws IOException, InterruptedException {
        long after = start;
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
