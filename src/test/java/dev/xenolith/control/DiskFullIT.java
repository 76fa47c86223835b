package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server on a file system of 64 MiB, its own tmpfs in a mount namespace of its own, which takes no rights. {@link
 * EveryStepFailsTest} lets the disk run full at each step; here it really does.
 */
class DiskFullIT {

    private static final String MOUNT = "mount -t tmpfs -o size=64m none \"$1\" && shift && exec \"$@\"";

    @TempDir
    static Path folder;

    private static ServerProcess server;
    private static byte[] image;

    /** An image and what the engine says of it. */
    private static final int FILES_OF_THE_FIRST = 2;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(mountsWork(), "no mount without rights on this machine (unshare -Urm)");
        Path data = Files.createDirectory(folder.resolve("data"));
        server = ServerProcess.start(
                List.of("unshare", "-Urm", "sh", "-c", MOUNT, "sh", data.toString()),
                data,
                folder.resolve("log"),
                "--xenolith.host.memory-mib=64");
        api().post("/v1/domains", Map.of("name", "one")).expect(201);
        api().waiting(30)
                .post("/v1/domains/one/checkpoints", Map.of("name", "first"))
                .expect(201);
        image = Files.readAllBytes(only(seen().resolve("checkpoints"), ".image"));
    }

    private static boolean mountsWork() throws IOException, InterruptedException {
        Path probe = Files.createDirectory(folder.resolve("probe"));
        try {
            return new ProcessBuilder("unshare", "-Urm", "sh", "-c", MOUNT, "sh", probe.toString(), "true")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void makeRoom() throws IOException {
        Files.deleteIfExists(ballast());
        expectHealthy();
    }

    @Test
    void aCheckpointThatDoesNotFitIsRefusedBeforeTheGuestIsTouched() throws IOException {
        fill(20 << 20);

        Api.Answer refused = api().waiting(30).post("/v1/domains/one/checkpoints", Map.of("name", "second"));

        refused.expectProblem(507, "storage-full");
        assertThat(refused.json("/neededBytes").longValue())
                .isGreaterThan(refused.json("/freeBytes").longValue());
        assertThat(api().get("/v1/domains/one").text("/state")).isEqualTo("running");
        api().get("/v1/checkpoints/second").expectProblem(404, "not-found");
    }

    @Test
    void anUploadThatDoesNotFitIsRefusedBeforeItIsSent() throws IOException, InterruptedException {
        fill((16 << 20) + 8192);
        HttpRequest upload = HttpRequest.newBuilder(URI.create(server.url() + "/v1/checkpoints?name=imported"))
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();

        assertThat(HttpClient.newHttpClient()
                        .send(upload, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(507);

        assertThat(files()).isEqualTo(FILES_OF_THE_FIRST);
    }

    @Test
    void anUploadDuringWhichTheDiskRunsFullLeavesNothing() throws IOException {
        HttpURLConnection upload = upload("imported", image.length);
        try (OutputStream body = upload.getOutputStream()) {
            body.write(image, 0, image.length / 2);
            body.flush();
            fill(0);
            body.write(image, image.length / 2, image.length - image.length / 2);
        }

        assertThat(upload.getResponseCode()).isEqualTo(507);

        try (InputStream answer = upload.getErrorStream()) {
            assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("storage-full");
        }
        Files.delete(ballast());
        assertThat(files()).isEqualTo(FILES_OF_THE_FIRST);
        api().get("/v1/checkpoints/imported").expectProblem(404, "not-found");
    }

    @Test
    void theDatabaseSurvivesADiskThatOthersFilled() throws IOException {
        fill(0);
        for (int i = 0; i < 20; i++) {
            // Each wants to write a row. It may fail; it may not take the server with it.
            api().patch("/v1/domains/one", "{\"labels\": {\"round\": \"" + i + "\"}}");
        }
        api().get("/v1/domains/one");
        Files.delete(ballast());

        // The connections that saw it fail are dropped one by one.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> api().patch("/v1/domains/one", "{\"labels\": {\"round\": \"after\"}}")
                        .expect(200));
        assertThat(api().get("/v1/domains/one").text("/labels/round")).isEqualTo("after");
    }

    private static void expectHealthy() throws IOException {
        assertThat(api().get("/v1/domains/one").expect(200).text("/state")).isEqualTo("running");
        assertThat(api().get("/v1/host/audit").json("/ok").booleanValue()).isTrue();
        api().waiting(30)
                .post("/v1/domains/one/checkpoints", Map.of("name", "again"))
                .expect(201);
        assertThat(api().waiting(30)
                        .post("/v1/checkpoints/again/verify")
                        .json("/ok")
                        .booleanValue())
                .isTrue();
        api().delete("/v1/checkpoints/again").expect(204);
        assertThat(files()).isEqualTo(FILES_OF_THE_FIRST);
    }

    private static HttpURLConnection upload(String name, long length) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(server.url() + "/v1/checkpoints?name=" + name)
                .toURL()
                .openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(length);
        connection.setRequestProperty("Content-Type", "application/octet-stream");
        return connection;
    }

    /** Leaves so many bytes free. */
    private static void fill(long left) throws IOException {
        long free = Files.getFileStore(seen()).getUsableSpace();
        try (RandomAccessFile file = new RandomAccessFile(ballast().toFile(), "rw")) {
            byte[] block = new byte[4096];
            for (long done = 0; done + block.length <= free - left; done += block.length) {
                file.write(block);
            }
        } catch (IOException full) {
            assertThat(left).isZero();
        }
    }

    private static Path ballast() {
        return seen().resolve("ballast");
    }

    /** The server's data directory as the server sees it. */
    private static Path seen() {
        return Path.of("/proc", Long.toString(server.pid()), "root")
                .resolve(folder.resolve("data").toString().substring(1));
    }

    private static long files() throws IOException {
        try (Stream<Path> files = Files.list(seen().resolve("checkpoints"))) {
            return files.count();
        }
    }

    private static Path only(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Api api() {
        return server.api();
    }
}
