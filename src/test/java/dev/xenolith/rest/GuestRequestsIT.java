package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the guest can do. */
class GuestRequestsIT extends ServerTestBase {

    @Test
    void waitsForTheGuestToPowerOff() {
        String name = domainIn("running");

        Api.Answer answer =
                api().waiting(10).post("/v1/domains/" + name + "/shutdown").expect(200);

        assertThat(answer.text("/state")).isEqualTo("shutoff");
        assertThat(answer.text("/stateReason")).isEqualTo("poweroff");
    }

    @Test
    void waitsForTheGuestToReboot() {
        String name = domainIn("running");
        String domid = api().get("/v1/domains/" + name).text("/domid");

        Api.Answer answer =
                api().waiting(10).post("/v1/domains/" + name + "/reboot").expect(200);

        assertThat(answer.text("/stateReason")).isEqualTo("rebooted");
        assertThat(answer.text("/domid")).isNotEqualTo(domid);
    }

    @ParameterizedTest
    @ValueSource(strings = {"suspend", "shutdown", "reboot"})
    void aGuestThatIgnoresTheRequestGoesOn(String action) {
        String name = domainIn("running");
        type(name, "deaf");

        Api.Answer answer = api().waiting(10).post("/v1/domains/" + name + "/" + action, Map.of("timeoutSeconds", 1));

        answer.expectProblem(409, "guest-uncooperative");
        assertThat(answer.json("/waitedSeconds").intValue()).isEqualTo(1);
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("running");
        assertThat(fake(name).withdrawn()).isTrue();
        type(name, "count");
    }

    @Test
    void cancelTakesTheRequestBack() {
        String name = domainIn("running");
        type(name, "deaf");
        String operation =
                api().post("/v1/domains/" + name + "/shutdown").expect(202).text("/operation/id");
        Awaitility.await()
                .until(() ->
                        api().get("/v1/operations/" + operation).text("/phase").equals("wait-for-guest"));

        Api.Answer cancelled = api().waiting(10)
                .post("/v1/operations/" + operation + "/cancel")
                .expect(200);

        assertThat(cancelled.text("/state")).isEqualTo("cancelled");
        assertThat(fake(name).withdrawn()).isTrue();
        assertThat(api().get("/v1/domains/" + name).json("/operation").isNull()).isTrue();
    }

    @Test
    void aGuestThatCrashesInsteadFailsTheOperation() {
        String name = domainIn("running");
        type(name, "deaf");
        String operation =
                api().post("/v1/domains/" + name + "/shutdown").expect(202).text("/operation/id");

        type(name, "panic");

        Api.Answer done = api().waiting(10).get("/v1/operations/" + operation);
        assertThat(done.text("/state")).isEqualTo("failed");
        assertThat(done.text("/problem/type")).isEqualTo("urn:xenolith:problem:guest-uncooperative");
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("crashed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"timeoutSeconds\": 0}",
                "{\"timeoutSeconds\": 601}",
                "{\"timeoutSeconds\": \"5\"}",
                "{\"x\": 1}"
            })
    void refusesABadTimeout(String body) {
        String name = domainIn("running");

        api().postRaw("/v1/domains/" + name + "/shutdown", "application/json", body)
                .expectProblem(400, "invalid-request");
    }

    @Test
    void answersTheOperationWhenTheWaitRunsOut() {
        String name = domainIn("running");
        type(name, "deaf");

        Api.Answer answer =
                api().waiting(0).post("/v1/domains/" + name + "/shutdown").expect(202);

        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=0");
        assertThat(answer.text("/operation/state")).isIn("pending", "running");
    }
}
