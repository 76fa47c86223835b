package dev.xenolith.rest;

import dev.xenolith.control.ConsoleLog;
import dev.xenolith.control.Consoles;
import dev.xenolith.control.OpenStreams;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import dev.xenolith.control.XenolithProperties;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** A domain's console. */
@Tag(name = "Console", description = "What a domain printed, also when it is shut off, and what is typed at it")
@RestController
@RequestMapping("/v1/domains/{id}/console")
class ConsoleController {

    private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);
    private static final int UNTIL_MAXIMUM = 1024;
    private static final char ENTER = '\r';

    private final Consoles consoles;
    private final OpenStreams streams;
    private final JsonMapper json;
    private final int inputMaximum;

    ConsoleController(Consoles consoles, OpenStreams streams, JsonMapper json, XenolithProperties properties) {
        this.consoles = consoles;
        this.streams = streams;
        this.json = json;
        this.inputMaximum = properties.limits().consoleInputKib() * 1024;
    }

    @Operation(
            operationId = "readConsole",
            summary = "What the domain printed",
            description = "Bytes are numbered from 0 for the first one ever printed; the last 1 MiB is kept, also over"
                    + " poweroff, reboot and restarts of the server. Give Console-Next as from to go on reading. With until"
                    + " and `Prefer: wait=30` the answer comes as soon as that text appears and ends with it; without until,"
                    + " as soon as there is anything new.")
    @ApiResponse(
            responseCode = "200",
            description = "The bytes as they were printed",
            headers = {
                @Header(
                        name = "Console-First",
                        description = "Number of the oldest byte kept",
                        schema = @Schema(type = "integer", format = "int64")),
                @Header(
                        name = "Console-Next",
                        description = "Number of the byte after the last one of this answer",
                        schema = @Schema(type = "integer", format = "int64")),
                @Header(
                        name = "Console-Matched",
                        description = "With until: whether the text appeared",
                        schema = @Schema(type = "boolean"))
            },
            content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping(produces = "text/plain")
    ResponseEntity<byte[]> read(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(description = "Number of the first byte wanted") @RequestParam(defaultValue = "0") long from,
            @Parameter(description = "Text to look for") @RequestParam(required = false) @Nullable String until,
            @Parameter(description = "wait=N: wait N seconds for the text", example = "wait=30")
                    @RequestHeader(name = Prefer.HEADER, required = false)
                    @Nullable
                    String prefer)
            throws InterruptedException {
        Prefer wait = Prefer.parse(prefer);
        if (from < 0) {
            throw ProblemException.parameter("from", "expected at least 0, got " + from);
        }
        ConsoleLog log = consoles.log(id);
        ConsoleLog.Excerpt excerpt = until == null
                ? log.readSome(from, wait.time().toNanos())
                : log.readUntil(from, untilBytes(until), wait.time().toNanos());
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .contentType(TEXT)
                .header("Console-First", Long.toString(excerpt.first()))
                .header("Console-Next", Long.toString(excerpt.next()));
        if (until != null) {
            answer.header("Console-Matched", Boolean.toString(excerpt.matched()));
        }
        if (wait.waits()) {
            answer.header(Prefer.APPLIED, wait.applied());
        }
        return answer.body(excerpt.bytes());
    }

    private static byte[] untilBytes(String until) {
        byte[] bytes = until.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 1 || bytes.length > UNTIL_MAXIMUM) {
            throw ProblemException.parameter("until", "expected 1 to " + UNTIL_MAXIMUM + " bytes, got " + bytes.length);
        }
        return bytes;
    }

    /** A line to type. */
    @Schema(name = "ConsoleLine")
    record Line(
            @Schema(
                    description = "Typed with Enter after it",
                    example = "help",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String line) {}

    @Operation(
            operationId = "typeAtConsole",
            summary = "Type at the console",
            description =
                    "As JSON, a line to which Enter is added: `curl -fsS --json '{\"line\": \"ls\"}' …`. As text/plain,"
                            + " raw bytes. What is typed at a paused domain is read when it goes on.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = "application/json",
                                        schema = @Schema(implementation = Line.class),
                                        examples = @ExampleObject("{\"line\": \"help\"}")),
                                @Content(mediaType = "text/plain", schema = @Schema(type = "string"))
                            }))
    @ApiResponse(responseCode = "204", description = "Typed")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE, ProblemType.LIMIT_EXCEEDED})
    @PostMapping(consumes = "application/json")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void typeLine(@Parameter(description = "Id or name") @PathVariable String id, @RequestBody Line body)
            throws InterruptedException {
        if (body.line() == null) {
            throw ProblemException.field("/line", "expected a string, got none");
        }
        type(id, (body.line() + ENTER).getBytes(StandardCharsets.UTF_8));
    }

    @Operation(operationId = "typeAtConsole")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE, ProblemType.LIMIT_EXCEEDED})
    @PostMapping(consumes = "text/plain")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void typeRaw(@Parameter(description = "Id or name") @PathVariable String id, @RequestBody byte[] body)
            throws InterruptedException {
        type(id, body);
    }

    private void type(String id, byte[] bytes) throws InterruptedException {
        if (bytes.length > inputMaximum) {
            throw BodyLimit.tooLarge(inputMaximum, bytes.length);
        }
        consoles.type(id, bytes);
    }

    /** A piece of console output on the stream. */
    @Schema(name = "ConsoleChunk")
    record Chunk(long from, long next, String text) {}

    @Operation(
            operationId = "streamConsole",
            summary = "Follow the console (use curl -N)",
            description =
                    "Server-sent events named output, with data {from, next, text}; the id is the number of the next"
                            + " byte, and a client that comes back with Last-Event-ID goes on there. Swagger UI waits for the end of"
                            + " an answer, which this one does not have: use `curl -N`.")
    @ApiResponse(
            responseCode = "200",
            description = "Events until the domain is deleted or the client hangs up",
            content = @Content(mediaType = ServerSentEvents.MEDIA_TYPE, schema = @Schema(implementation = Chunk.class)))
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping(path = "/stream", produces = ServerSentEvents.MEDIA_TYPE)
    void stream(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(description = "Number of the first byte wanted") @RequestParam(defaultValue = "0") long from,
            @RequestHeader(name = ServerSentEvents.LAST_EVENT_ID, required = false) @Nullable String lastEventId,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException, InterruptedException {
        ConsoleLog log = consoles.log(id);
        long next = lastEventId == null ? from : EventsController.eventId(lastEventId);
        if (next < 0) {
            throw ProblemException.parameter("from", "expected at least 0, got " + next);
        }
        ServerSentEvents events = new ServerSentEvents(response, json);
        while (streams.open() && !log.closed()) {
            ConsoleLog.Excerpt excerpt =
                    log.readSome(next, TimeUnit.MILLISECONDS.toNanos(ServerSentEvents.HEARTBEAT_MILLIS));
            int whole = Utf8.wholeLength(excerpt.bytes());
            if (whole == 0) {
                events.heartbeat();
                continue;
            }
            next = excerpt.from() + whole;
            String text = new String(excerpt.bytes(), 0, whole, StandardCharsets.UTF_8);
            events.send(next, "output", new Chunk(excerpt.from(), next, text));
        }
    }
}
