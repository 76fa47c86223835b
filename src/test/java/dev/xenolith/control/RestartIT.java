package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What outlives the server, and what the next one says of it. */
@ExtendWith(OutputCaptureExtension.class)
class RestartIT {

    @TempDir
    Path data;

    @Test
    void everythingButRunningGuestsOutlivesAStop(CapturedOutput log) {
        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            Api api = server.api();
            api.post("/v1/domains", Map.of("name", "one", "labels", Map.of("a", "b")))
                    .expect(201);
            api.post("/v1/domains/one/console", Map.of("line", "count")).expect(204);
            api.waiting(10)
                    .post("/v1/domains/one/checkpoints", Map.of("name", "saved"))
                    .expect(201);
            api.post("/v1/domains", Map.of("name", "two")).expect(201);
        }
        String console;
        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            Api api = server.api();
            Api.Answer one = api.get("/v1/domains/one").expect(200);
            assertThat(one.text("/state")).isEqualTo("shutoff");
            assertThat(one.text("/stateReason")).isEqualTo("server-stopped");
            assertThat(one.json("/domid").isNull()).isTrue();
            assertThat(one.text("/labels/a")).isEqualTo("b");
            assertThat(log).contains("ended when the server was stopped: one, two");
            console = api.get("/v1/domains/one/console").body();
            assertThat(console).contains("count 1");
            assertThat(api.get("/v1/operations").json("/items").size()).isEqualTo(1);

            api.waiting(10)
                    .post("/v1/checkpoints/saved/restore", Map.of("domain", "one"))
                    .expect(201);
            api.post("/v1/domains/one/console", Map.of("line", "count")).expect(204);
            assertThat(api.waiting(5)
                            .get("/v1/domains/one/console?until=count%202")
                            .header("Console-Matched"))
                    .isEqualTo("true");
        }
        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            assertThat(server.api().get("/v1/domains/one/console").body())
                    .startsWith(console)
                    .contains("count 2");
        }
    }

    @Test
    void saysWhatAKilledServerLost(CapturedOutput log) throws IOException {
        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            server.api().post("/v1/domains", Map.of("name", "one")).expect(201);
        }
        // A kill is a stop that leaves no marker.
        Files.delete(data.resolve("stopped"));

        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            assertThat(server.api().get("/v1/domains/one").text("/stateReason")).isEqualTo("server-lost");
            assertThat(log).contains("was killed; lost with it: one");
            server.api().post("/v1/domains/one/start").expect(200);
        }
    }

    @Test
    void sweepsOrphansBothWaysAndSaysSo(CapturedOutput log) throws IOException {
        String missing;
        String truncated;
        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            server.api().post("/v1/domains", Map.of("name", "one")).expect(201);
            missing = checkpoint(server, "missing");
            truncated = checkpoint(server, "truncated");
            checkpoint(server, "sound");
        }
        Path folder = data.resolve("checkpoints");
        byte[] bytes = Files.readAllBytes(folder.resolve(missing + ".image"));
        Files.move(folder.resolve(missing + ".image"), data.resolve("elsewhere"));
        Files.write(folder.resolve(truncated + ".image"), new byte[] {1});
        Files.write(folder.resolve("00000000-0000-4000-8000-000000000000.image"), bytes);
        Files.write(folder.resolve("00000000-0000-4000-8000-000000000001.image.tmp"), bytes);
        Files.write(data.resolve("boot-images").resolve("00000000-0000-4000-8000-000000000002"), bytes);

        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            Api api = server.api();
            assertThat(api.get("/v1/checkpoints?state=damaged").json("/items").size())
                    .isEqualTo(2);
            assertThat(api.get("/v1/checkpoints/missing").text("/stateDetail")).isEqualTo("its image is missing");
            assertThat(api.get("/v1/checkpoints/truncated").text("/stateDetail"))
                    .contains("expected", "got 1");
            api.post("/v1/checkpoints/missing/restore", Map.of("name", "x")).expectProblem(422, "image-corrupt");
            api.get("/v1/checkpoints/missing/image").expectProblem(422, "image-corrupt");
            assertThat(api.get("/v1/checkpoints/sound").text("/state")).isEqualTo("available");
            assertThat(log).contains("checkpoint missing is damaged", "checkpoint truncated is damaged");
            assertThat(log).contains("no checkpoint was ever recorded with it", "no boot image was ever recorded");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("00000000") || name.endsWith(".tmp"))
                    .filteredOn(name -> name.endsWith(".image"))
                    .hasSize(2);
        }
        Files.move(data.resolve("elsewhere"), folder.resolve(missing + ".image"));
        try (RunningServer server = RunningServer.withFakeEngine(data)) {
            assertThat(server.api().get("/v1/checkpoints/missing").text("/state"))
                    .isEqualTo("available");
        }
    }

    private static String checkpoint(RunningServer server, String name) {
        return server.api()
                .waiting(10)
                .post("/v1/domains/one/checkpoints", Map.of("name", name))
                .expect(201)
                .text("/id");
    }

    @Test
    void aSecondServerOnTheSameDataStopsWithOneLine(CapturedOutput log) {
        try (RunningServer first = RunningServer.withFakeEngine(data)) {
            assertThatThrownBy(() -> RunningServer.withFakeEngine(data)).hasRootCauseInstanceOf(StartupRefusal.class);

            assertThat(log).contains("cannot start: another server uses the data directory " + data);
            first.api().get("/v1/host").expect(200);
        }
    }

    @Test
    void refusesToListenBeyondLoopbackWithoutAToken(CapturedOutput log) {
        assertThatThrownBy(() -> RunningServer.withFakeEngine(data, "--server.address=0.0.0.0"))
                .hasRootCauseInstanceOf(StartupRefusal.class);

        assertThat(log).contains("cannot start: ").contains("XENOLITH_TOKEN");
    }

    @Test
    void withATokenOnlyItsBearersAreServed() {
        try (RunningServer server =
                RunningServer.withFakeEngine(data, "--server.address=0.0.0.0", "--xenolith.token=secret")) {
            server.api().get("/v1/host").expectProblem(401, "unauthenticated");
            server.api().bearer("wrong").get("/v1/host").expectProblem(401, "unauthenticated");
            server.api().bearer("secret").get("/v1/host").expect(200);
            server.api().get("/v3/api-docs").expect(200);
        }
    }
}
