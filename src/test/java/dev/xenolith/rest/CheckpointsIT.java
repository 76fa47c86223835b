package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpMethod;

class CheckpointsIT extends ServerTestBase {

    @Value("${xenolith.data-dir}")
    private Path data = Path.of("");

    @Test
    void aRestoredDomainGoesOnWhereItWasSaved() {
        String name = domainIn("running");
        type(name, "count");
        type(name, "count");

        Api.Answer saved = api().waiting(10)
                .post("/v1/domains/" + name + "/checkpoints", Map.of("then", "stop"))
                .expect(201);

        assertThat(saved.header("Location")).isEqualTo("/v1/checkpoints/" + saved.text("/id"));
        assertThat(saved.header("Preference-Applied")).isEqualTo("wait=10");
        assertThat(saved.text("/mode")).isEqualTo("transparent");
        assertThat(saved.text("/format")).isEqualTo("xenolith");
        assertThat(saved.json("/xlRestorable/value").booleanValue()).isFalse();
        assertThat(saved.text("/state")).isEqualTo("available");
        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("saved");

        Api.Answer restored = api().waiting(10)
                .post("/v1/checkpoints/" + saved.text("/name") + "/restore", Map.of("domain", name))
                .expect(201);

        assertThat(restored.text("/state")).isEqualTo("running");
        assertThat(restored.text("/stateReason")).isEqualTo("restored");
        assertThat(restored.text("/kernel")).isEqualTo("pebble");
        type(name, "count");
        assertThat(api().waiting(5)
                        .get("/v1/domains/" + name + "/console?until=count%203")
                        .header("Console-Matched"))
                .isEqualTo("true");
    }

    @Test
    void twoCopiesLiveSideBySide() {
        String name = domainIn("running");
        String saved = checkpoint(name);

        String one = freshName();
        String two = freshName();
        api().waiting(10)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", one))
                .expect(201);
        Api.Answer copy = api().waiting(10)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", two, "paused", true))
                .expect(201);

        assertThat(copy.text("/state")).isEqualTo("paused");
        assertThat(api().get("/v1/domains/" + one).text("/id"))
                .isNotEqualTo(copy.text("/id"))
                .isNotEqualTo(api().get("/v1/domains/" + name).text("/id"));
        api().post("/v1/checkpoints/" + saved + "/restore", Map.of("name", one)).expectProblem(409, "name-taken");
        api().post("/v1/checkpoints/" + saved + "/restore").expectProblem(409, "name-taken");
        api().delete("/v1/domains/" + name + "?force=true").expect(204);
        assertThat(api().waiting(10)
                        .post("/v1/checkpoints/" + saved + "/restore")
                        .expect(201)
                        .text("/name"))
                .isEqualTo(name);
    }

    @Test
    void answersTheOperationWhereTheCallerDoesNotWait() {
        String name = domainIn("running");

        Api.Answer answer = api().post("/v1/domains/" + name + "/checkpoints").expect(202);

        assertThat(answer.json("/id").isMissingNode()).isTrue();
        String operation = answer.text("/operation/id");
        assertThat(answer.header("Location")).isEqualTo("/v1/operations/" + operation);
        Api.Answer done = api().waiting(10).get("/v1/operations/" + operation).expect(200);
        assertThat(done.text("/state")).isEqualTo("succeeded");
        assertThat(done.text("/kind")).isEqualTo("checkpoint");
        assertThat(done.text("/result/kind")).isEqualTo("checkpoint");
        api().get("/v1/checkpoints/" + done.text("/result/id")).expect(200);
    }

    @Test
    void holdsTheDomainWhileItIsStored() {
        String name = domainIn("running");
        host.closeGate();
        String operation =
                api().post("/v1/domains/" + name + "/checkpoints").expect(202).text("/operation/id");

        for (String action : List.of("start", "pause", "unpause", "shutdown", "reboot", "checkpoints")) {
            Api.Answer answer = api().post("/v1/domains/" + name + "/" + action);
            answer.expectProblem(409, "operation-in-progress");
            assertThat(answer.text("/operation")).isEqualTo(operation);
        }
        api().delete("/v1/domains/" + name).expectProblem(409, "operation-in-progress");
        api().patch("/v1/domains/" + name, "{\"labels\": {\"a\": \"b\"}}").expect(200);
        Api.Answer now = api().get("/v1/domains/" + name);
        assertThat(now.text("/operation")).isEqualTo(operation);
        assertThat(now.json("/allowedActions").toString()).isEqualTo("[\"destroy\",\"patch\",\"force-delete\"]");
        assertThat(api().waiting(0).get("/v1/operations/" + operation).text("/state"))
                .isEqualTo("running");
        Api.Answer late = api().waiting(1).get("/v1/operations/" + operation).expect(200);
        assertThat(late.text("/state")).isEqualTo("running");
        host.openGate();

        assertThat(api().waiting(10).get("/v1/operations/" + operation).text("/state"))
                .isEqualTo("succeeded");
    }

    @Test
    void cancelLeavesTheDomainAsItWasAndNoImage() throws IOException {
        String name = domainIn("running");
        long files = files();
        host.closeGate();
        String operation =
                api().post("/v1/domains/" + name + "/checkpoints").expect(202).text("/operation/id");

        api().post("/v1/operations/" + operation + "/cancel").expect(202);
        host.openGate();

        Api.Answer done = api().waiting(10).get("/v1/operations/" + operation);
        assertThat(done.text("/state")).isEqualTo("cancelled");
        assertThat(done.json("/rolledBack").booleanValue()).isTrue();
        assertThat(done.text("/problem/type")).isEqualTo("urn:xenolith:problem:cancelled");
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
        assertThat(files()).isEqualTo(files);
        api().post("/v1/operations/" + operation + "/cancel").expect(200);
    }

    @Test
    void aFinishedOperationCannotBeCancelled() {
        String name = domainIn("running");
        String operation = api().post("/v1/domains/" + name + "/checkpoints").text("/operation/id");
        api().waiting(10).get("/v1/operations/" + operation);

        api().post("/v1/operations/" + operation + "/cancel").expectProblem(409, "wrong-state");
    }

    @Test
    void destroyEndsAnOperationAndThenActs() {
        String name = domainIn("running");
        host.closeGate();
        String operation = api().post("/v1/domains/" + name + "/checkpoints").text("/operation/id");
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            host.openGate();
        });

        assertThat(api().post("/v1/domains/" + name + "/destroy").expect(200).text("/stateReason"))
                .isEqualTo("destroyed");

        assertThat(api().get("/v1/operations/" + operation).text("/state")).isEqualTo("cancelled");
    }

    @ParameterizedTest
    @CsvSource({"running, {}", "paused, {}", "running, '{\"then\": \"stop\"}'", "paused, '{\"then\": \"stop\"}'"})
    void aFailureLeavesTheDomainAsItWasAndNoImage(String state, String body) throws IOException {
        String name = domainIn(state);
        long files = files();
        host.failNextSave(new IllegalStateException("disk on fire"));

        Api.Answer answer = api().waiting(10).postRaw("/v1/domains/" + name + "/checkpoints", "application/json", body);

        answer.expectProblem(500, "internal");
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo(state);
        assertThat(fake(name).state().name()).isEqualToIgnoringCase(state);
        assertThat(files()).isEqualTo(files);
        assertThat(api().get("/v1/operations/" + answer.text("/operation"))
                        .json("/rolledBack")
                        .booleanValue())
                .isTrue();
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(data.resolve("checkpoints"))) {
            return all.count();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"mode": "live"}          | /mode
                    {"then": "explode"}       | /then
                    {"name": "Upper"}         | /name
                    {"when": "now"}           | /when
                    """)
    void refusesABadRequest(String body, String pointer) {
        String name = domainIn("running");

        Api.Answer answer = api().postRaw("/v1/domains/" + name + "/checkpoints", "application/json", body);

        answer.expectProblem(400, "invalid-request");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo(pointer);
    }

    @Test
    void downloadsTheImageWholeAndInRanges() throws NoSuchAlgorithmException {
        String saved = checkpoint(domainIn("running"));
        Api.Answer checkpoint = api().get("/v1/checkpoints/" + saved);

        Api.Answer whole = api().get("/v1/checkpoints/" + saved + "/image").expect(200);

        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(whole.bytes());
        assertThat(HexFormat.of().formatHex(sha256)).isEqualTo(checkpoint.text("/sha256"));
        assertThat(whole.bytes()).hasSize(checkpoint.json("/sizeBytes").intValue());
        assertThat(whole.header("Repr-Digest"))
                .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":");
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(whole.header("Content-Type")).isEqualTo("application/octet-stream");

        Api.Answer part = api().range("bytes=5-9")
                .get("/v1/checkpoints/" + saved + "/image")
                .expect(206);
        assertThat(part.body()).isEqualTo(whole.body().substring(5, 10));
        assertThat(part.header("Content-Range")).isEqualTo("bytes 5-9/" + whole.bytes().length);
        api().range("bytes=100000-")
                .get("/v1/checkpoints/" + saved + "/image")
                .expectProblem(416, "range-not-satisfiable");
        api().range("lines=1-2").get("/v1/checkpoints/" + saved + "/image").expectProblem(400, "invalid-request");
        api().call(HttpMethod.HEAD, "/v1/checkpoints/" + saved + "/image", null, null)
                .expect(200);
    }

    @Test
    void listsLabelsAndDeletes() {
        String name = domainIn("running");
        String saved = checkpoint(name);

        assertThat(api().patch("/v1/checkpoints/" + saved, "{\"labels\": {\"keep\": \"yes\"}}")
                        .expect(200)
                        .text("/labels/keep"))
                .isEqualTo("yes");
        assertThat(api().get("/v1/checkpoints?domain=" + name + "&label=keep:yes")
                        .json("/items")
                        .size())
                .isEqualTo(1);
        assertThat(api().get("/v1/checkpoints?domain=" + name + "&label=keep:no")
                        .json("/items")
                        .size())
                .isZero();
        api().post("/v1/domains/" + name + "/checkpoints", Map.of("name", saved))
                .expectProblem(409, "name-taken");
        api().delete("/v1/checkpoints/" + saved).expect(204);
        api().get("/v1/checkpoints/" + saved).expectProblem(404, "not-found");
    }

    @Test
    void keepsTheFileOfADeletedCheckpointWhileADomainReadsIt() {
        String saved = checkpoint(domainIn("running"));
        Path file = data.resolve("checkpoints")
                .resolve(api().get("/v1/checkpoints/" + saved).text("/id") + ".image");
        String copy = freshName();
        api().waiting(10)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", copy))
                .expect(201);

        api().delete("/v1/checkpoints/" + saved).expect(204);

        assertThat(file).exists();
        api().post("/v1/domains/" + copy + "/destroy").expect(200);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncated", "garbage"})
    void aDamagedImageIsRefusedAndLeavesNothingBehind(String damage) throws IOException {
        String saved = checkpoint(domainIn("running"));
        Path file = data.resolve("checkpoints")
                .resolve(api().get("/v1/checkpoints/" + saved).text("/id") + ".image");
        Files.write(file, damage.equals("garbage") ? "rubbish".getBytes(StandardCharsets.US_ASCII) : new byte[0]);
        String copy = freshName();

        api().waiting(10)
                .post("/v1/checkpoints/" + saved + "/restore", Map.of("name", copy))
                .expectProblem(422, "image-corrupt");

        api().get("/v1/domains/" + copy).expectProblem(404, "not-found");
        api().post("/v1/domains", Map.of("name", copy)).expect(201);
    }

    @Test
    void refusesToRestoreIntoNothingOrTwoThings() {
        String saved = checkpoint(domainIn("running"));

        api().post("/v1/checkpoints/" + saved + "/restore", Map.of("domain", "nobody"))
                .expectProblem(404, "not-found");
        api().post("/v1/checkpoints/" + saved + "/restore", Map.of("domain", "a", "name", "b"))
                .expectProblem(400, "invalid-request");
        api().post("/v1/checkpoints/" + saved + "/restore", Map.of("name", "Upper"))
                .expectProblem(400, "invalid-request");
        api().post("/v1/checkpoints/nothing/restore").expectProblem(404, "not-found");
    }

    private String checkpoint(String domain) {
        return api().waiting(10)
                .post("/v1/domains/" + domain + "/checkpoints")
                .expect(201)
                .text("/name");
    }
}
