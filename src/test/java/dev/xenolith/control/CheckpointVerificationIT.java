package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The images that the real engine writes, looked into and checked over REST. */
class CheckpointVerificationIT {

    @TempDir
    static Path data;

    private static RunningServer server;
    private static int count;

    @BeforeAll
    static void start() {
        server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=64");
        server.api().post("/v1/domains", Map.of("name", "one", "vcpus", 2)).expect(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void listsEveryRecordPageByPage() {
        String saved = checkpoint();
        JsonNode whole = api().get("/v1/checkpoints/" + saved + "/records?limit=500")
                .expect(200)
                .json("/items");
        List<String> names = names(whole);

        assertThat(names).contains("PAGE_DATA", "XENOLITH_PAGE_INDEX", "MEMORY", "EVENT_CHANNELS", "BACKENDS");
        assertThat(whole.findValuesAsString("meaning")).allMatch(meaning -> !meaning.isEmpty());
        List<String> pieces = new ArrayList<>();
        for (String next = ""; next != null; ) {
            Api.Answer page = api().get("/v1/checkpoints/" + saved + "/records?limit=3" + next)
                    .expect(200);
            pieces.addAll(names(page.json("/items")));
            next = page.json("/nextCursor").isNull() ? null : "&cursor=" + page.text("/nextCursor");
        }
        assertThat(pieces).isEqualTo(names);
        JsonNode vcpus =
                api().get("/v1/checkpoints/" + saved + "/records?name=VCPU").json("/items");
        assertThat(names(vcpus)).containsExactly("VCPU", "VCPU");
        Api.Answer opened = api().get("/v1/checkpoints/" + saved + "/records/"
                        + vcpus.get(1).get("position").asString())
                .expect(200);
        assertThat(opened.json("/vcpu").intValue()).isEqualTo(1);
        assertThat(opened.json("/contents").isObject()).isTrue();
        api().get("/v1/checkpoints/" + saved + "/records/100000").expectProblem(404, "not-found");
        api().get("/v1/checkpoints/" + saved + "/records?cursor=x").expectProblem(400, "invalid-request");
        api().get("/v1/checkpoints/nobody/records").expectProblem(404, "not-found");
    }

    @Test
    void aSoundCheckpointIsFoundSound() {
        String saved = checkpoint();

        Api.Answer verified = verify(saved);

        assertThat(verified.json("/ok").booleanValue()).isTrue();
        assertThat(verified.json("/findings").isEmpty()).isTrue();
        assertThat(api().get("/v1/checkpoints/" + saved).text("/state")).isEqualTo("available");
    }

    @Test
    void oneFlippedBitIsFoundAndMarksTheCheckpoint() throws IOException {
        String saved = checkpoint();
        long offset = api().get("/v1/checkpoints/" + saved + "/records?name=PAGE_DATA")
                        .json("/items/0/offset")
                        .longValue()
                + 100_000;
        flip(saved, offset);

        Api.Answer verified = verify(saved);

        assertThat(verified.json("/ok").booleanValue()).isFalse();
        JsonNode finding = verified.json("/findings/0");
        assertThat(finding.get("record").asString()).isEqualTo("PAGE_DATA");
        assertThat(finding.get("offset").longValue()).isBetween(offset - 4095, offset);
        assertThat(finding.get("expected").asString()).contains("CRC32C");
        Api.Answer now = api().get("/v1/checkpoints/" + saved);
        assertThat(now.text("/state")).isEqualTo("damaged");
        assertThat(now.text("/stateDetail")).contains("PAGE_DATA at offset");
        api().waiting(30)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", "never"))
                .expectProblem(422, "image-corrupt");
        api().get("/v1/checkpoints/" + saved + "/records").expect(200);

        flip(saved, offset);

        assertThat(verify(saved).json("/ok").booleanValue()).isTrue();
        assertThat(api().get("/v1/checkpoints/" + saved).text("/state")).isEqualTo("available");
    }

    /** Xen's format has no checksums: those kept beside the image tell. */
    @Test
    void aChangedCooperativeImageIsNotRestored() throws IOException {
        String saved = api().waiting(60)
                .post("/v1/domains/one/checkpoints", Map.of("mode", "cooperative"))
                .expect(201)
                .text("/id");
        long offset = api().get("/v1/checkpoints/" + saved + "/records?name=X86_TSC_INFO")
                        .json("/items/0/offset")
                        .longValue()
                + 16;
        flip(saved, offset);

        api().waiting(30)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", "changed"))
                .expectProblem(422, "image-corrupt");

        flip(saved, offset);
        api().waiting(30)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", "as-it-was"))
                .expect(201);
        api().delete("/v1/domains/as-it-was?force=true").expect(204);
    }

    @Test
    void aLostAndACutImageAreFound() throws IOException {
        String saved = checkpoint();
        Path image = image(saved);
        byte[] bytes = Files.readAllBytes(image);
        Files.write(image, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(verify(saved).json("/findings").toString()).contains("the end of the image");
        Files.delete(image);
        assertThat(verify(saved).json("/findings/0/got").asString()).isEqualTo("none");
        api().get("/v1/checkpoints/" + saved + "/records").expectProblem(422, "image-corrupt");
        api().waiting(30).post("/v1/checkpoints/nobody/verify").expectProblem(404, "not-found");
    }

    @Test
    void theOperationKeepsWhatItFound() {
        String operation = api().post("/v1/checkpoints/" + checkpoint() + "/verify")
                .expect(202)
                .text("/operation/id");

        Api.Answer done = api().waiting(30).get("/v1/operations/" + operation).expect(200);

        assertThat(done.text("/kind")).isEqualTo("verify");
        assertThat(done.json("/result/ok").booleanValue()).isTrue();
        assertThat(done.json("/result/findings").isArray()).isTrue();
    }

    private static Api.Answer verify(String checkpoint) {
        return api().waiting(30)
                .post("/v1/checkpoints/" + checkpoint + "/verify")
                .expect(200);
    }

    private static void flip(String checkpoint, long offset) throws IOException {
        try (RandomAccessFile image = new RandomAccessFile(image(checkpoint).toFile(), "rw")) {
            image.seek(offset);
            int old = image.read();
            image.seek(offset);
            image.write(old ^ 4);
        }
    }

    private static Path image(String checkpoint) {
        return data.resolve("checkpoints")
                .resolve(api().get("/v1/checkpoints/" + checkpoint).text("/id") + ".image");
    }

    private static List<String> names(JsonNode records) {
        return records.findValuesAsString("name");
    }

    private static String checkpoint() {
        return api().waiting(30)
                .post("/v1/domains/one/checkpoints", Map.of("name", "saved-" + count++))
                .expect(201)
                .text("/name");
    }

    private static Api api() {
        return server.api();
    }
}
