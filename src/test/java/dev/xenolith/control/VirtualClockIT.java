package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time that a guest makes itself. */
class VirtualClockIT {

    @TempDir
    static Path data;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=64");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void hoursOfGuestTimePassInSeconds() {
        Api.Answer created = api().post(
                        "/v1/domains", Map.of("name", "fast", "clock", Map.of("mode", "virtual", "seed", 7)))
                .expect(201);
        assertThat(created.text("/clock/mode")).isEqualTo("virtual");
        assertThat(created.json("/clock/seed").intValue()).isEqualTo(7);
        api().waiting(30).get("/v1/domains/fast/console?until=pebble%3E").expect(200);
        api().post("/v1/domains/fast/console", Map.of("line", "tick on")).expect(204);

        Api.Answer console = api().waiting(60).get("/v1/domains/fast/console?until=TICK%203600");

        assertThat(console.header("Console-Matched")).as(console.body()).isEqualTo("true");
        api().waiting(30)
                .post("/v1/domains/fast/checkpoints", Map.of("name", "fast", "then", "stop"))
                .expect(201);
        Api.Answer copy = api().waiting(30)
                .post("/v1/checkpoints/fast/restore", Map.of("name", "copy"))
                .expect(201);
        assertThat(copy.text("/clock/mode")).isEqualTo("virtual");
        api().delete("/v1/domains/copy?force=true").expect(204);
    }

    @Test
    void theHostsClockIsTheDefault() {
        Api.Answer created = api().post("/v1/domains", Map.of("name", "real", "paused", true))
                .expect(201);

        assertThat(created.text("/clock/mode")).isEqualTo("real");
        assertThat(created.json("/clock/seed").isNull()).isTrue();
    }

    @Test
    void clocksThatAreNoneAreRefusedByName() {
        api().post("/v1/domains", Map.of("clock", Map.of("mode", "atomic"))).expectProblem(400, "invalid-request");
        api().post("/v1/domains", Map.of("clock", Map.of("seed", 1))).expectProblem(400, "invalid-request");
        Api.Answer refused = api().post("/v1/domains", Map.of("clock", Map.of("mode", "real", "seed", 1)));
        refused.expectProblem(400, "invalid-request");
        assertThat(refused.text("/errors/0/pointer")).isEqualTo("/clock/seed");
    }

    private static Api api() {
        return server.api();
    }
}
