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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleIT extends ServerTestBase {

    @Test
    void readsWhatTheGuestPrintedFromAnyPlace() {
        String name = domainIn("running");

        Api.Answer all = api().get(console(name)).expect(200);

        assertThat(all.body()).isEqualTo("pebble " + name + "\n> ");
        assertThat(all.header("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
        assertThat(all.header("Console-First")).isEqualTo("0");
        assertThat(all.header("Console-Next")).isEqualTo(Integer.toString(all.bytes().length));
        assertThat(api().get(console(name) + "?from=7").body()).isEqualTo(name + "\n> ");
        Api.Answer beyond = api().get(console(name) + "?from=999999").expect(200);
        assertThat(beyond.body()).isEmpty();
        assertThat(beyond.header("Console-Next")).isEqualTo(all.header("Console-Next"));
    }

    @Test
    void waitsForATextAndAnswersUpToItsEnd() {
        String name = domainIn("running");
        Thread.ofVirtual().start(() -> type(name, "count"));

        Api.Answer answer =
                api().waiting(20).get(console(name) + "?until=count%201").expect(200);

        assertThat(answer.header("Console-Matched")).isEqualTo("true");
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=20");
        assertThat(answer.body()).endsWith("count 1");
        String next = answer.header("Console-Next");
        type(name, "count");
        assertThat(api().waiting(20)
                        .get(console(name) + "?until=count%202&from=" + next)
                        .header("Console-Matched"))
                .isEqualTo("true");
    }

    @Test
    void saysThatATextDidNotAppear() {
        String name = domainIn("running");

        Api.Answer answer =
                api().waiting(0).get(console(name) + "?until=nothing-such").expect(200);

        assertThat(answer.header("Console-Matched")).isEqualTo("false");
        assertThat(answer.body()).startsWith("pebble ");
    }

    @Test
    void typesRawTextAndLines() {
        String name = domainIn("running");

        api().postRaw(console(name), "text/plain", "cou").expect(204);
        api().postRaw(console(name), "text/plain;charset=utf-8", "nt\n").expect(204);
        api().post(console(name), Map.of("line", "count")).expect(204);

        assertThat(api().waiting(5).get(console(name) + "?until=count%202").header("Console-Matched"))
                .isEqualTo("true");
    }

    @Test
    void keepsTheLogOverPoweroffAndTheNextStart() {
        String name = domainIn("running");
        type(name, "poweroff");
        awaitState(name, "shutoff");
        assertThat(api().get(console(name)).body()).contains("poweroff");

        api().post("/v1/domains/" + name + "/start").expect(200);

        assertThat(api().get(console(name)).body()).contains("poweroff\npebble " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shutoff", "crashed", "suspended"})
    void typesOnlyAtWhoCanRead(String state) {
        String name = domainIn(state);

        api().post(console(name), Map.of("line", "ls")).expectProblem(409, "wrong-state");
        api().get(console(name)).expect(200);
    }

    @Test
    void whatIsTypedAtAPausedDomainIsReadWhenItGoesOn() {
        String name = domainIn("paused");
        type(name, "count");
        assertThat(api().get(console(name)).body()).doesNotContain("count");

        api().post("/v1/domains/" + name + "/unpause").expect(200);

        assertThat(api().waiting(5).get(console(name) + "?until=count%201").header("Console-Matched"))
                .isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?from=-1", "?from=x", "?until="})
    void refusesBadParameters(String query) {
        String name = domainIn("running");

        api().get(console(name) + query).expectProblem(400, "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"line\": null}", "{\"line\": 5}", "{\"text\": \"ls\"}", "[]", "null"})
    void refusesABadLine(String body) {
        String name = domainIn("running");

        api().postRaw(console(name), "application/json", body).expectProblem(400, "invalid-request");
    }

    @Test
    void refusesMoreInputThanAConsoleTakes() {
        String name = domainIn("running");

        api().postRaw(console(name), "text/plain", "x".repeat(65_537)).expectProblem(413, "payload-too-large");
    }

    @Test
    void streamsAndResumes() throws IOException, InterruptedException {
        String name = domainIn("running");
        try (BufferedReader stream = open(console(name) + "/stream", null)) {
            String first = nextData(stream);
            assertThat(first).contains("\"from\":0").contains("pebble " + name);
            type(name, "count");
            assertThat(nextData(stream)).contains("count");
        }
        try (BufferedReader stream = open(console(name) + "/stream", "7")) {
            assertThat(nextData(stream)).contains("\"from\":7");
        }
    }

    @Test
    void endsTheStreamWhenTheDomainIsDeleted() throws IOException, InterruptedException {
        String name = domainIn("running");
        try (BufferedReader stream = open(console(name) + "/stream", null)) {
            nextData(stream);

            api().delete("/v1/domains/" + name + "?force=true").expect(204);

            String line;
            do {
                line = stream.readLine();
            } while (line != null);
        }
    }

    private static String console(String name) {
        return "/v1/domains/" + name + "/console";
    }

    private BufferedReader open(String path, @Nullable String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static String nextData(BufferedReader stream) throws IOException {
        String line = stream.readLine();
        while (line != null && !line.startsWith("data:")) {
            line = stream.readLine();
        }
        return String.valueOf(line);
    }
}
