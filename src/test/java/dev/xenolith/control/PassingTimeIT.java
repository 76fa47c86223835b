package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest comes back from the store after three seconds and a restart of the server. */
class PassingTimeIT {

    private static final int SECONDS = 3;

    @TempDir
    Path data;

    @Test
    void theTimeInTheStoreHasPassedForTheGuestUnlessItIsToBeKept() throws Exception {
        long before;
        try (RunningServer server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=64")) {
            Api api = server.api();
            api.post("/v1/domains", Map.of("name", "one")).expect(201);
            api.waiting(30).get("/v1/domains/one/console?until=pebble%3E").expect(200);
            before = uptimeMillis(api, "one");
            api.waiting(30)
                    .post("/v1/domains/one/checkpoints", Map.of("name", "saved", "then", "stop"))
                    .expect(201);
        }
        Thread.sleep(SECONDS * 1000);
        try (RunningServer server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=64")) {
            Api api = server.api();
            api.post("/v1/checkpoints/saved/restore", Map.of("name", "kept", "keepTime", "perhaps"))
                    .expectProblem(400, "invalid-request");
            restore(api, Map.of("name", "kept", "keepTime", true));
            long kept = uptimeMillis(api, "kept");
            restore(api, Map.of("name", "later"));
            long later = uptimeMillis(api, "later");
            assertThat(kept).isGreaterThanOrEqualTo(before);
            assertThat(later - kept).isGreaterThanOrEqualTo(SECONDS * 1000);
            assertThat(date(api, "kept")).isBetween(Instant.now().minusSeconds(5), Instant.now());
            assertThat(date(api, "later")).isBetween(Instant.now().minusSeconds(5), Instant.now());
        }
    }

    private static void restore(Api api, Map<String, Object> target) {
        api.waiting(30).post("/v1/checkpoints/saved/restore", target).expect(201);
    }

    private static long uptimeMillis(Api api, String domain) {
        Matcher answer = answer(api, domain, "uptime", "up (\\d+)\\.(\\d+) s");
        return Long.parseLong(answer.group(1)) * 1000 + Long.parseLong(answer.group(2));
    }

    private static Instant date(Api api, String domain) {
        Matcher answer = answer(api, domain, "date", "([-0-9]+) ([:0-9]+) UTC");
        return Instant.parse(answer.group(1) + "T" + answer.group(2) + "Z");
    }

    private static Matcher answer(Api api, String domain, String command, String pattern) {
        api.post("/v1/domains/" + domain + "/console", Map.of("line", command)).expect(204);
        Matcher answer = Pattern.compile(pattern).matcher("");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> answer.reset(api.get("/v1/domains/" + domain + "/console")
                                .expect(200)
                                .body())
                        .find());
        return answer;
    }
}
