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

/** Suspend and resume: the guest's part, the toolstack's, and what is said of both. */
class SuspendIT extends ServerTestBase {

    @Test
    void waitsForTheGuestToSuspend() {
        String name = domainIn("running");

        Api.Answer answer =
                api().waiting(10).post("/v1/domains/" + name + "/suspend").expect(200);

        assertThat(answer.text("/state")).isEqualTo("suspended");
        assertThat(answer.text("/stateReason")).isEqualTo("user");
        assertThat(answer.header("Link")).contains("/v1/operations/");
    }

    @Test
    void tellsWhatWasFoundInTheResult() {
        String name = domainIn("running");
        type(name, "sloppy");

        Api.Answer done = suspend(name);

        assertThat(done.text("/state")).isEqualTo("succeeded");
        assertThat(done.text("/result/kind")).isEqualTo("domain");
        assertThat(done.text("/result/examination/errors/0/code")).isEqualTo("cr3-unpinned");
        assertThat(done.text("/result/examination/errors/0/message")).contains("expected a pinned root");
        assertThat(done.text("/result/examination/warnings/0/code")).isEqualTo("live-grant");
    }

    @Test
    void findsNoErrorsInAGuestThatSuspendsWell() {
        Api.Answer done = suspend(domainIn("running"));

        assertThat(done.json("/result/examination/errors").isEmpty()).isTrue();
    }

    @Test
    void resumes() {
        String name = domainIn("running");
        suspend(name);

        Api.Answer answer = api().post("/v1/domains/" + name + "/resume").expect(200);

        assertThat(answer.text("/state")).isEqualTo("running");
        assertThat(answer.text("/stateReason")).isEqualTo("resumed");
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void suspendsAgainAndAgain() {
        String name = domainIn("running");
        for (int cycle = 0; cycle < 5; cycle++) {
            assertThat(suspend(name).text("/state")).isEqualTo("succeeded");
            api().post("/v1/domains/" + name + "/resume").expect(200);
        }
        type(name, "suspend");
        awaitState(name, "suspended");

        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("guest-initiated");
    }

    @Test
    void aSuspendNobodyAskedForIsTheGuestsOwn() {
        String name = domainIn("suspended");

        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("guest-initiated");
        api().post("/v1/domains/" + name + "/resume").expect(200);
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void aSuspendAfterTheRequestWasWithdrawnIsTheGuestsOwn() {
        String name = domainIn("running");
        type(name, "deaf");
        api().waiting(10)
                .post("/v1/domains/" + name + "/suspend", Map.of("timeoutSeconds", 1))
                .expectProblem(409, "guest-uncooperative");
        assertThat(fake(name).withdrawn()).isTrue();

        type(name, "late");

        awaitState(name, "suspended");
        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("guest-initiated");
    }

    @Test
    void aLateGuestWithinTheTimeDoesWhatItIsAsked() {
        String name = domainIn("running");
        type(name, "deaf");
        String operation = begin(name, "wait-for-guest");

        type(name, "late");

        Api.Answer done = api().waiting(10).get("/v1/operations/" + operation);
        assertThat(done.text("/state")).isEqualTo("succeeded");
        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"panic", "poweroff", "reboot"})
    void aGuestThatDoesSomethingElseFailsTheOperation(String instead) {
        String name = domainIn("running");
        type(name, "deaf");
        String operation = begin(name, "wait-for-guest");

        type(name, instead);

        Api.Answer done = api().waiting(10).get("/v1/operations/" + operation);
        assertThat(done.text("/state")).isEqualTo("failed");
        assertThat(done.text("/problem/type")).isEqualTo("urn:xenolith:problem:guest-uncooperative");
        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isIn("guest-panic", "poweroff", "rebooted");
    }

    @Test
    void cancelTakesTheRequestBack() {
        String name = domainIn("running");
        type(name, "deaf");
        String operation = begin(name, "wait-for-guest");

        Api.Answer cancelled = api().waiting(10)
                .post("/v1/operations/" + operation + "/cancel")
                .expect(200);

        assertThat(cancelled.text("/state")).isEqualTo("cancelled");
        assertThat(cancelled.json("/rolledBack").booleanValue()).isTrue();
        assertThat(fake(name).withdrawn()).isTrue();
        assertThat(fake(name).state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void destroyEndsASuspendThatWaits() {
        String name = domainIn("running");
        type(name, "deaf");
        String operation = begin(name, "wait-for-guest");

        api().post("/v1/domains/" + name + "/destroy").expect(200);

        assertThat(api().get("/v1/operations/" + operation).text("/state")).isEqualTo("cancelled");
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("shutoff");
    }

    @Test
    void anotherActionIsRefusedMeanwhile() {
        String name = domainIn("running");
        type(name, "deaf");
        begin(name, "wait-for-guest");

        api().post("/v1/domains/" + name + "/suspend").expectProblem(409, "operation-in-progress");
        api().post("/v1/domains/" + name + "/resume").expectProblem(409, "operation-in-progress");
    }

    private String begin(String name, String phase) {
        String operation =
                api().post("/v1/domains/" + name + "/suspend").expect(202).text("/operation/id");
        Awaitility.await()
                .until(() ->
                        api().get("/v1/operations/" + operation).text("/phase").equals(phase));
        return operation;
    }

    /** The operation, once it is over. */
    private Api.Answer suspend(String name) {
        String operation =
                api().post("/v1/domains/" + name + "/suspend").expect(202).text("/operation/id");
        return api().waiting(10).get("/v1/operations/" + operation);
    }
}
