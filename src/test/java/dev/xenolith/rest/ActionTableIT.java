package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.control.Action;
import dev.xenolith.control.ActionTable;
import dev.xenolith.control.LifecycleState;
import dev.xenolith.control.Rule;
import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every action in every state, as {@link ActionTable} says. */
class ActionTableIT extends ServerTestBase {

    static Stream<Arguments> everything() {
        return Arrays.stream(Action.values())
                .flatMap(action -> Arrays.stream(LifecycleState.values()).map(state -> Arguments.of(action, state)));
    }

    @ParameterizedTest(name = "{0} while {1}")
    @MethodSource("everything")
    void does(Action action, LifecycleState state) {
        String domain = domainIn(state.wire());
        boolean offered = api().get("/v1/domains/" + domain)
                .json("/allowedActions")
                .valueStream()
                .anyMatch(offer -> offer.asString().equals(action.wire()));
        String domid = api().get("/v1/domains/" + domain).text("/domid");
        Rule rule = ActionTable.rule(action, state);
        assertThat(offered).isEqualTo(rule instanceof Rule.Allowed);

        Api.Answer answer = perform(action, domain);

        switch (rule) {
            case Rule.Unchanged unchanged -> {
                answer.expect(200);
                assertThat(api().get("/v1/domains/" + domain).text("/state")).isEqualTo(state.wire());
                assertThat(api().get("/v1/domains/" + domain).text("/domid")).isEqualTo(domid);
            }
            case Rule.Refused refused -> {
                answer.expectProblem(409, "wrong-state");
                assertThat(answer.text("/state")).isEqualTo(state.wire());
                assertThat(answer.text("/hint"))
                        .isEqualTo(refused.hint() == null ? "" : refused.hint().wire());
            }
            case Rule.Allowed allowed -> {
                answer.expect(allowed.status());
                expectOutcome(domain, domid, allowed.becomes());
            }
        }
    }

    private Api.Answer perform(Action action, String domain) {
        String path = "/v1/domains/" + domain;
        return switch (action) {
            case START, PAUSE, UNPAUSE, SUSPEND, RESUME, SHUTDOWN, REBOOT, DESTROY ->
                api().post(path + "/" + action.wire());
            case CHECKPOINT -> api().post(path + "/checkpoints", Map.of());
            case CHECKPOINT_STOP -> api().post(path + "/checkpoints", Map.of("then", "stop"));
            case CHECKPOINT_COOPERATIVE -> api().post(path + "/checkpoints", Map.of("mode", "cooperative"));
            case CHECKPOINT_COOPERATIVE_STOP ->
                api().post(path + "/checkpoints", Map.of("mode", "cooperative", "then", "stop"));
            case RETIRE -> api().post("/v1/page-retirements", Map.of("domain", domain, "random", 1));
            case RESTORE -> api().post("/v1/checkpoints/" + anyCheckpoint() + "/restore", Map.of("domain", domain));
            case PATCH -> api().patch(path, "{\"labels\": {\"a\": \"b\"}}");
            case DELETE -> api().delete(path);
            case FORCE_DELETE -> api().delete(path + "?force=true");
        };
    }

    private String anyCheckpoint() {
        String source = domainIn("running");
        String name = freshName();
        api().waiting(10)
                .post("/v1/domains/" + source + "/checkpoints", Map.of("name", name))
                .expect(201);
        return name;
    }

    /** The table's words: {@code gone}, or {@code state(reason), new domid}. */
    private void expectOutcome(String domain, String oldDomid, String becomes) {
        if (becomes.equals("gone")) {
            api().get("/v1/domains/" + domain).expectProblem(404, "not-found");
            return;
        }
        String[] stateAndReason = becomes.split("[(),]", -1);
        awaitOperationsOf(domain);
        Api.Answer now = api().get("/v1/domains/" + domain);
        assertThat(now.text("/state")).isEqualTo(stateAndReason[0]);
        if (stateAndReason.length > 1) {
            assertThat(now.text("/stateReason")).isEqualTo(stateAndReason[1]);
        }
        if (becomes.contains("new domid")) {
            assertThat(now.text("/domid")).isNotEqualTo(oldDomid).isNotEmpty();
        }
        if (stateAndReason[0].equals("shutoff")) {
            assertThat(now.json("/domid").isNull()).isTrue();
        }
    }

    private void awaitOperationsOf(String domain) {
        String operation = api().get("/v1/domains/" + domain).text("/operation");
        if (!operation.isEmpty()) {
            api().waiting(10).get("/v1/operations/" + operation).expect(200);
        }
    }
}
