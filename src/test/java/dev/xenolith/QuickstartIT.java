package dev.xenolith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main thing, on the real engine: a guest is stored, the server ends, another one starts, and the guest goes on. */
class QuickstartIT {

    private static final String HOST_MEMORY = "--xenolith.host.memory-mib=256";

    @TempDir
    Path data;

    @Test
    void aGuestGoesOnAfterTheServerWasRestarted() {
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            api.post("/v1/domains", Map.of("name", "one")).expect(201);
            long next = await(api, 0, "pebble> ");
            type(api, "calc 6*7");
            next = await(api, next, "42");
            type(api, "tick on");
            await(api, next, "TICK 2");

            api.post("/v1/domains/one/pause").expect(200);
            Api.Answer saved = api.waiting(60)
                    .post("/v1/domains/one/checkpoints", Map.of("name", "saved", "then", "stop"))
                    .expect(201);
            assertThat(saved.json("/sizeBytes").longValue()).isPositive();
            expectSound(server.api());
        }

        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            assertThat(api.get("/v1/domains/one").text("/stateReason")).isEqualTo("saved");
            long next = Long.parseLong(api.get("/v1/domains/one/console").header("Console-Next"));
            int ticks = lastTick(api.get("/v1/domains/one/console").body());

            api.waiting(60)
                    .post("/v1/checkpoints/saved/restore", Map.of("domain", "one"))
                    .expect(201);

            // The guest does not know: it goes on counting.
            next = await(api, next, "TICK " + (ticks + 1));
            api.waiting(60)
                    .post("/v1/checkpoints/saved/restore", Map.of("name", "two"))
                    .expect(201);
            type(api, "tick off");
            type(api, "hash");
            await(api, next, "0 changed: GOOD");
            expectSound(server.api());
            assertThat(api.waiting(30).get("/v1/domains/two/console?until=TICK").header("Console-Matched"))
                    .isEqualTo("true");
            api.waiting(30).post("/v1/domains/one/shutdown").expect(200);
            api.delete("/v1/domains/two?force=true").expect(204);
            assertThat(server.api().get("/v1/host").json("/frames/inUse").longValue())
                    .isZero();
        }
    }

    private static void type(Api api, String line) {
        api.post("/v1/domains/one/console", Map.of("line", line)).expect(204);
    }

    private static long await(Api api, long from, String text) {
        Api.Answer answer = api.waiting(30)
                .get("/v1/domains/one/console?from=" + from + "&until="
                        + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .expect(200);
        assertThat(answer.header("Console-Matched"))
                .as("no %s in: %s", text, answer.body())
                .isEqualTo("true");
        return Long.parseLong(answer.header("Console-Next"));
    }

    private static int lastTick(String console) {
        int at = console.lastIndexOf("TICK ") + "TICK ".length();
        int end = at;
        while (end < console.length() && Character.isDigit(console.charAt(end))) {
            end++;
        }
        return Integer.parseInt(console, at, end, 10);
    }

    private static void expectSound(Api api) {
        Api.Answer audit = api.get("/v1/host/audit").expect(200);
        assertThat(audit.json("/ok").booleanValue()).as(audit.body()).isTrue();
    }
}
