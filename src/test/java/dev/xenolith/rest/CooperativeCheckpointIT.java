package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.DomainState;
import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints in which the guest has a part. */
class CooperativeCheckpointIT extends ServerTestBase {

    private static final Map<String, Object> COOPERATIVE = Map.of("mode", "cooperative");

    @Test
    void asksTheGuestStoresItAndLetsItGoOn() {
        String name = domainIn("running");

        Api.Answer saved = api().waiting(10)
                .post("/v1/domains/" + name + "/checkpoints", COOPERATIVE)
                .expect(201);

        assertThat(saved.text("/mode")).isEqualTo("cooperative");
        assertThat(saved.text("/format")).isEqualTo("xen");
        assertThat(saved.json("/xlRestorable/value").booleanValue()).isTrue();
        assertThat(saved.json("/timings/suspendMicros").longValue()).isNotNegative();
        assertThat(saved.json("/stateDigest").isNull()).isTrue();
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("running");
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
        type(name, "count");
    }

    @Test
    void saysInItsResultWhatWasFound() {
        String name = domainIn("running");

        Api.Answer done = await(begin(name, COOPERATIVE));

        assertThat(done.text("/result/kind")).isEqualTo("checkpoint");
        assertThat(done.json("/result/examination/errors").isEmpty()).isTrue();
        assertThat(done.text("/result/examination/warnings/0/code")).isEqualTo("live-grant");
    }

    @Test
    void endsTheDomainIfAsked() {
        String name = domainIn("running");

        api().waiting(10)
                .post("/v1/domains/" + name + "/checkpoints", Map.of("mode", "cooperative", "then", "stop"))
                .expect(201);

        Api.Answer now = api().get("/v1/domains/" + name);
        assertThat(now.text("/state")).isEqualTo("shutoff");
        assertThat(now.text("/stateReason")).isEqualTo("saved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transparent", "cooperative"})
    void theImageOfASuspendedDomainIsCooperative(String mode) {
        String name = domainIn("suspended");

        Api.Answer saved = api().waiting(10)
                .post("/v1/domains/" + name + "/checkpoints", Map.of("mode", mode))
                .expect(201);

        assertThat(saved.text("/mode")).isEqualTo("cooperative");
        assertThat(saved.json("/timings/suspendMicros").isNull()).isTrue();
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("suspended");
        api().post("/v1/domains/" + name + "/resume").expect(200);
        type(name, "count");
    }

    @Test
    void aGuestThatDoesNotAnswerIsNotStored() {
        String name = domainIn("running");
        type(name, "deaf");

        api().waiting(10)
                .post("/v1/domains/" + name + "/checkpoints", Map.of("mode", "cooperative", "timeoutSeconds", 1))
                .expectProblem(409, "guest-uncooperative");

        assertThat(fake(name).withdrawn()).isTrue();
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("running");
        type(name, "late");
        awaitState(name, "suspended");
        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("guest-initiated");
    }

    @Test
    void aGuestThatSuspendsBadlyIsNotStoredAndGoesOn() {
        String name = domainIn("running");
        type(name, "sloppy");

        Api.Answer answer = api().waiting(10).post("/v1/domains/" + name + "/checkpoints", COOPERATIVE);

        answer.expectProblem(409, "guest-uncooperative");
        assertThat(answer.text("/errors/0/code")).isEqualTo("cr3-unpinned");
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"panic", "poweroff"})
    void aGuestThatEndsInsteadFailsIt(String instead) {
        String name = domainIn("running");
        type(name, "deaf");
        String operation = begin(name, COOPERATIVE);
        awaitPhase(operation, "suspend");

        type(name, instead);

        Api.Answer done = await(operation);
        assertThat(done.text("/problem/type")).isEqualTo("urn:xenolith:problem:guest-uncooperative");
        awaitState(name, instead.equals("panic") ? "crashed" : "shutoff");
    }

    @Test
    void cancelWhileTheGuestIsAskedTakesItBack() {
        String name = domainIn("running");
        type(name, "deaf");
        String operation = begin(name, COOPERATIVE);
        awaitPhase(operation, "suspend");

        api().post("/v1/operations/" + operation + "/cancel").expect(202);

        assertThat(await(operation).text("/state")).isEqualTo("cancelled");
        assertThat(fake(name).withdrawn()).isTrue();
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void cancelWhileTheImageIsWrittenResumesTheGuest() {
        String name = domainIn("running");
        host.closeGate();
        String operation = begin(name, COOPERATIVE);
        awaitPhase(operation, "pages");

        api().post("/v1/operations/" + operation + "/cancel").expect(202);
        host.openGate();

        assertThat(await(operation).text("/state")).isEqualTo("cancelled");
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("running");
    }

    @Test
    void aPausedGuestCannotBeAsked() {
        Api.Answer answer = api().post("/v1/domains/" + domainIn("paused") + "/checkpoints", COOPERATIVE);

        answer.expectProblem(409, "wrong-state");
        assertThat(answer.text("/hint")).isEqualTo("unpause");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"mode\": \"live\"}", "{\"mode\": \"cooperative\", \"timeoutSeconds\": 0}"})
    void refusesWhatMakesNoSense(String body) {
        api().postRaw("/v1/domains/" + domainIn("running") + "/checkpoints", "application/json", body)
                .expectProblem(400, "invalid-request");
    }

    private String begin(String name, Map<String, Object> body) {
        return api().post("/v1/domains/" + name + "/checkpoints", body)
                .expect(202)
                .text("/operation/id");
    }

    private Api.Answer await(String operation) {
        return api().waiting(10).get("/v1/operations/" + operation);
    }

    private void awaitPhase(String operation, String phase) {
        Awaitility.await()
                .until(() ->
                        api().get("/v1/operations/" + operation).text("/phase").equals(phase));
    }
}
