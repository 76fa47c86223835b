package dev.xenolith.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer that goes on: server-sent events, each with an id from which a client resumes. Data is always one line of
 * JSON, since a bare carriage return, of which consoles are full, would end a line of the stream.
 */
final class ServerSentEvents {

    static final String MEDIA_TYPE = "text/event-stream";
    static final String LAST_EVENT_ID = "Last-Event-ID";
    /** After so long without an event a comment is sent, so that a client that went away is noticed. */
    static final long HEARTBEAT_MILLIS = 15_000;

    private final OutputStream out;
    private final JsonMapper json;

    ServerSentEvents(HttpServletResponse response, JsonMapper json) throws IOException {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        this.out = response.getOutputStream();
        this.json = json;
        heartbeat();
    }

    void send(long id, String type, Object data) throws IOException {
        write("id: " + id + "\nevent: " + type + "\ndata: " + json.writeValueAsString(data) + "\n\n");
    }

    void heartbeat() throws IOException {
        write(":\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
