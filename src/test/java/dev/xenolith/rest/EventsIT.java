package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsIT extends ServerTestBase {

    @Test
    void tellsALifeInOrderAndResumes() throws IOException, InterruptedException {
        String start = lastSequence();
        String name = domainIn("paused");

        List<String> seen = new ArrayList<>();
        String id = "";
        try (BufferedReader stream = open("/v1/events?cursor=" + start)) {
            while (!seen.contains("domain.state paused")) {
                String line = String.valueOf(stream.readLine());
                if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                }
                note(line, seen);
            }
        }
        assertThat(seen).containsExactly("domain.created", "domain.state running", "domain.state paused");

        seen.clear();
        api().post("/v1/domains/" + name + "/destroy").expect(200);
        try (BufferedReader stream = open("/v1/events?cursor=" + id)) {
            while (seen.isEmpty()) {
                note(String.valueOf(stream.readLine()), seen);
            }
        }
        assertThat(seen).containsExactly("domain.state shutoff");
    }

    private static void note(String line, List<String> seen) {
        if (!line.startsWith("data:")) {
            return;
        }
        String type = between(line, "\"type\":\"");
        seen.add(line.contains("\"state\":\"") ? type + " " + between(line, "\"state\":\"") : type);
    }

    private static String between(String line, String start) {
        int from = line.indexOf(start) + start.length();
        return line.substring(from, line.indexOf('"', from));
    }

    @Test
    void listsAPageOfEvents() {
        String start = lastSequence();
        domainIn("running");

        Api.Answer page = api().accepting("application/json")
                .get("/v1/events?limit=1&cursor=" + start)
                .expect(200);

        assertThat(page.json("/items").size()).isEqualTo(1);
        assertThat(page.text("/items/0/type")).isEqualTo("domain.created");
        assertThat(page.text("/items/0/subject/kind")).isEqualTo("domain");
        assertThat(page.text("/nextCursor")).isEqualTo(page.text("/items/0/sequence"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?cursor=x", "?cursor=-1", "?limit=0"})
    void refusesABadCursor(String query) {
        api().accepting("application/json").get("/v1/events" + query).expectProblem(400, "invalid-request");
    }

    private String lastSequence() {
        String cursor = "0";
        while (true) {
            String next = api().accepting("application/json")
                    .get("/v1/events?limit=500&cursor=" + cursor)
                    .text("/nextCursor");
            if (next.equals(cursor)) {
                return cursor;
            }
            cursor = next;
        }
    }

    private BufferedReader open(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "*/*")
                .build();
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }
}
