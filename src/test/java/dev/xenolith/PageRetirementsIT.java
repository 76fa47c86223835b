package dev.xenolith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A failing DIMM is rehearsed over HTTP, on the real engine, with pebble as the guest that must not notice. */
class PageRetirementsIT {

    private static final String HOST_MEMORY = "--xenolith.host.memory-mib=256";

    @TempDir
    Path data;

    private static void boot(Api api, String name) {
        api.post("/v1/domains", Map.of("name", name)).expect(201);
        awaitConsole(api, name, "pebble> ");
    }

    private static void awaitConsole(Api api, String name, String text) {
        String matched = api.waiting(60)
                .get("/v1/domains/" + name + "/console?until=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .header("Console-Matched");
        assertThat(matched).as("%s on the console of %s", text, name).isEqualTo("true");
    }

    private static void expectUnharmed(Api api, String name) {
        String before = api.get("/v1/domains/" + name + "/console").header("Console-Next");
        api.post("/v1/domains/" + name + "/console", Map.of("line", "hash")).expect(204);
        String matched = api.waiting(60)
                .get("/v1/domains/" + name + "/console?from=" + before + "&until=0%20changed:%20GOOD")
                .header("Console-Matched");
        assertThat(matched).isEqualTo("true");
        assertThat(api.get("/v1/host/audit").json("/ok").booleanValue()).isTrue();
    }

    /** From now on it suspends only when told to at its console. */
    private static void makeDeaf(Api api, String name) {
        api.post("/v1/domains/" + name + "/console", Map.of("line", "suspend manual"))
                .expect(204);
        api.post("/v1/domains/" + name + "/console", Map.of("line", "calc 700+77"))
                .expect(204);
        awaitConsole(api, name, "777");
    }

    private static Api.Answer retire(Api api, Map<String, Object> body) {
        return api.waiting(60).post("/v1/page-retirements", body);
    }

    @Test
    void retiresPagesOfAGuestThatGoesOn() {
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            boot(api, "one");
            Map<String, Object> body = Map.of("domain", "one", "random", 200, "seed", 7);

            Api.Answer dry = retire(api, Map.of("domain", "one", "random", 200, "seed", 7, "dryRun", true))
                    .expect(200);
            assertThat(dry.json("/id").isNull()).isTrue();
            assertThat(dry.json("/pages").size()).isEqualTo(200);
            assertThat(api.get("/v1/host/frames?state=offlining").json("/items").size())
                    .isZero();

            Api.Answer answer = retire(api, body).expect(200);

            assertThat(answer.text("/mode")).isEqualTo("exchange");
            assertThat(answer.text("/domain/name")).isEqualTo("one");
            assertThat(answer.json("/seed").longValue()).isEqualTo(7);
            int offlined = 0;
            for (int i = 0; i < 200; i++) {
                String page = "/pages/" + i;
                long mfn = answer.json(page + "/mfn").longValue();
                assertThat(dry.json(page + "/mfn").longValue()).isEqualTo(mfn);
                assertThat(dry.text(page + "/state")).isEqualTo(answer.text(page + "/state"));
                assertThat(dry.text(page + "/reason")).isEqualTo(answer.text(page + "/reason"));
                boolean gone = answer.text(page + "/state").equals("offlined");
                offlined += gone ? 1 : 0;
                assertThat(api.get("/v1/host/frames/" + mfn).text("/state")).isEqualTo(gone ? "offlined" : "offlining");
            }
            assertThat(offlined).isGreaterThan(190);
            assertThat(api.get("/v1/domains/one").text("/state")).isEqualTo("running");
            expectUnharmed(api, "one");
            String id = answer.text("/id");
            assertThat(api.get("/v1/page-retirements/" + id).text("/pages/0/state"))
                    .isEqualTo(answer.text("/pages/0/state"));
            assertThat(api.get("/v1/page-retirements").json("/items").size()).isEqualTo(1);
        }
    }

    /** Consecutive frames from the middle of its memory. */
    private static Map<String, Object> run(Api api, String name, int count) {
        return Map.of("first", frameOf(api, name), "count", count);
    }

    @Test
    void retiresFramesOfSeveralGuestsInOneCall() {
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            for (String name : List.of("one", "two", "deaf", "paused", "lost")) {
                boot(api, name);
            }
            makeDeaf(api, "deaf");
            api.post("/v1/domains/paused/pause").expect(200);
            long lost = frameOf(api, "lost") + 40;
            api.post("/v1/host/frames/" + lost + "/errors", Map.of("kind", "uncorrectable"))
                    .expect(200);
            org.awaitility.Awaitility.await()
                    .until(() -> api.get("/v1/domains/lost").text("/state").equals("crashed"));
            Map<String, Object> body = new java.util.HashMap<>();
            body.put(
                    "frames",
                    List.of(
                            run(api, "deaf", 3),
                            run(api, "two", 30),
                            Map.of("first", 50_000, "count", 2),
                            run(api, "one", 30),
                            run(api, "paused", 3),
                            run(api, "lost", 3),
                            Map.of("first", 3)));
            body.put("timeoutSeconds", 10);

            Api.Answer answer = retire(api, body).expect(200);

            assertThat(answer.json("/domain").isNull()).isTrue();
            Map<String, String> outcomes = new java.util.HashMap<>();
            answer.json("/domains")
                    .forEach(domain -> outcomes.put(
                            domain.at("/name").asString(), domain.at("/outcome").asString()));
            assertThat(outcomes)
                    .containsEntry("one", "resumed")
                    .containsEntry("two", "resumed")
                    .containsEntry("deaf", "uncooperative")
                    .containsEntry("paused", "not-asked")
                    .containsEntry("lost", "ended")
                    .hasSize(5);
            expectPages(api, answer, "deaf", 0, 3, "pending", "guest-must-suspend");
            expectPages(api, answer, "two", 3, 30, "offlined", "");
            expectPages(api, answer, "", 33, 2, "offlined", "");
            expectPages(api, answer, "one", 35, 30, "offlined", "");
            expectPages(api, answer, "paused", 65, 3, "pending", "guest-must-suspend");
            expectPages(api, answer, "lost", 68, 3, "pending", "domain-ending");
            expectPages(api, answer, "", 71, 1, "failed", "not-ram");
            for (String name : List.of("one", "two", "deaf")) {
                assertThat(api.get("/v1/domains/" + name).text("/state")).isEqualTo("running");
                expectUnharmed(api, name);
            }
            assertThat(api.get("/v1/page-retirements?name=two").json("/items").size())
                    .isEqualTo(1);
            assertThat(api.get("/v1/page-retirements?name=none").json("/items").size())
                    .isZero();
        }
    }

    /** Owner and reason are empty where the answer has null. */
    private static void expectPages(
            Api api, Api.Answer answer, String owner, int from, int count, String state, String reason) {
        String id = owner.isEmpty() ? "" : api.get("/v1/domains/" + owner).text("/id");
        for (JsonNode page :
                answer.json("/pages").values().stream().skip(from).limit(count).toList()) {
            assertThat(page.at("/state").asString()).as("%s of %s", page, owner).isEqualTo(state);
            assertThat(page.at("/reason").asString())
                    .as("%s of %s", page, owner)
                    .isEqualTo(reason);
            assertThat(page.at("/domainId").asString())
                    .as("%s of %s", page, owner)
                    .isEqualTo(id);
        }
    }

    @Test
    void keepsFramesOutOfUseOverARestart() {
        long mfn;
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            boot(api, "one");
            Api.Answer answer =
                    retire(api, Map.of("domain", "one", "pfns", List.of(1000))).expect(200);
            assertThat(answer.text("/pages/0/state")).isEqualTo("offlined");
            assertThat(answer.json("/pages/0/pfn").longValue()).isEqualTo(1000);
            mfn = answer.json("/pages/0/mfn").longValue();
            assertThat(answer.json("/pages/0/newMfn").longValue()).isNotEqualTo(mfn);
            retire(api, Map.of("frames", List.of(Map.of("first", 50_000, "count", 3))))
                    .expect(200);
            api.post("/v1/host/frames/50001/online").expect(200);
            api.post("/v1/host/frames/50010/errors", Map.of("kind", "uncorrectable"))
                    .expect(200);
            api.delete("/v1/domains/one?force=true").expect(204);
        }
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            assertThat(api.get("/v1/host/frames/" + mfn).text("/state")).isEqualTo("offlined");
            assertThat(api.get("/v1/host/frames/50000").text("/state")).isEqualTo("offlined");
            assertThat(api.get("/v1/host/frames/50001").text("/state")).isEqualTo("free");
            assertThat(api.get("/v1/host/frames/50010").text("/state")).isEqualTo("broken");
            assertThat(api.get("/v1/host/frames?state=offlined").json("/items").size())
                    .isEqualTo(3);
            boot(api, "two");
            assertThat(api.get("/v1/host/frames/" + mfn).text("/state")).isEqualTo("offlined");
            api.post("/v1/host/frames/50010/online").expectProblem(409, "frame-not-offlinable");
        }
        try (RunningServer server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=300")) {
            assertThat(server.api().get("/v1/host/frames/50000").text("/state")).isEqualTo("free");
        }
    }

    @Test
    void leavesPagesPendingThatTheGuestMustPutAway() {
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            boot(api, "one");
            api.post("/v1/domains/one/console", Map.of("line", "suspend manual"))
                    .expect(204);
            awaitConsole(api, "one", "manual");

            Api.Answer deaf = retire(api, Map.of("domain", "one", "pfns", List.of(1000), "timeoutSeconds", 1))
                    .expect(200);
            assertThat(deaf.text("/pages/0/state")).isEqualTo("pending");
            assertThat(deaf.text("/pages/0/reason")).isEqualTo("guest-must-suspend");
            assertThat(api.get("/v1/domains/one").text("/state")).isEqualTo("running");

            api.post("/v1/domains/one/pause").expect(200);
            Api.Answer paused =
                    retire(api, Map.of("domain", "one", "pfns", List.of(1001))).expect(200);
            assertThat(paused.text("/pages/0/reason")).isEqualTo("guest-must-suspend");
            Api.Answer backing = retire(api, Map.of("domain", "one", "pfns", List.of(1001), "mode", "backing"))
                    .expect(200);
            assertThat(backing.text("/pages/0/state")).isEqualTo("offlined");
            assertThat(backing.text("/mode")).isEqualTo("backing");
            api.post("/v1/domains/one/unpause").expect(200);
            expectUnharmed(api, "one");

            api.delete("/v1/domains/one?force=true").expect(204);
            assertThat(api.get("/v1/page-retirements/" + deaf.text("/id")).text("/pages/0/state"))
                    .isEqualTo("offlined");
        }
    }

    @Test
    void endsOnlyTheGuestWhosePageIsLost() {
        try (RunningServer server = RunningServer.withRealEngine(
                data, HOST_MEMORY, "--xenolith.host.corrected-errors=2", "--xenolith.host.corrected-error-window=1h")) {
            Api api = server.api();
            boot(api, "one");
            boot(api, "two");
            long lost = frameOf(api, "one");
            long weak = frameOf(api, "two");

            Api.Answer first = api.post("/v1/host/frames/" + weak + "/errors", Map.of("kind", "corrected"))
                    .expect(200);
            assertThat(first.text("/outcome")).isEqualTo("counted");
            Api.Answer second = api.post("/v1/host/frames/" + weak + "/errors", Map.of("kind", "corrected"))
                    .expect(200);
            assertThat(second.text("/outcome")).isEqualTo("retired");
            assertThat(api.get("/v1/host/frames/" + weak).text("/state")).isEqualTo("offlined");

            Api.Answer error = api.post("/v1/host/frames/" + lost + "/errors", Map.of("kind", "uncorrectable"))
                    .expect(200);
            assertThat(error.text("/outcome")).isEqualTo("guest-crashed");
            org.awaitility.Awaitility.await()
                    .until(() -> api.get("/v1/domains/one").text("/state").equals("crashed"));
            assertThat(api.get("/v1/domains/one").text("/stateReason")).isEqualTo("memory-error");
            assertThat(api.get("/v1/domains/one").text("/stateDetail")).contains("pfn 0x");
            assertThat(api.get("/v1/host/frames/" + lost).text("/state")).isEqualTo("broken");
            assertThat(api.get("/v1/domains/two").text("/state")).isEqualTo("running");
            expectUnharmed(api, "two");
            retire(api, Map.of("domain", "one", "random", 1)).expectProblem(409, "wrong-state");
        }
    }

    @Test
    void hasTheDomainToItself() {
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            boot(api, "one");
            makeDeaf(api, "one");
            Map<String, Object> patient = Map.of("domain", "one", "pfns", List.of(1000), "timeoutSeconds", 600);
            Api.Answer waiting =
                    api.waiting(0).post("/v1/page-retirements", patient).expect(202);
            String operation = waiting.text("/operation/id");

            api.post("/v1/domains/one/checkpoints", Map.of()).expectProblem(409, "operation-in-progress");
            api.post("/v1/page-retirements", Map.of("domain", "one", "pfns", List.of(1001)))
                    .expectProblem(409, "operation-in-progress");
            api.delete("/v1/domains/one").expectProblem(409, "operation-in-progress");

            Api.Answer cancelled = api.waiting(60)
                    .post("/v1/operations/" + operation + "/cancel")
                    .expect(200);
            assertThat(cancelled.text("/state")).isEqualTo("cancelled");
            assertThat(cancelled.json("/rolledBack").booleanValue()).isTrue();
            assertThat(api.get("/v1/host/frames?state=offlining").json("/items").size())
                    .as("marks are taken back")
                    .isZero();
            expectUnharmed(api, "one");
            api.waiting(0).post("/v1/page-retirements", patient).expect(202);
            api.delete("/v1/domains/one?force=true").expect(204);
            assertThat(api.get("/v1/host").json("/frames/inUse").longValue()).isZero();
        }
    }

    /** One from the middle of its memory. */
    private static long frameOf(Api api, String name) {
        return api.get("/v1/host/frames?limit=200&domain=" + name)
                .json("/items/150/mfn")
                .longValue();
    }

    @Test
    void refusesWhatNamesNoPages() {
        try (RunningServer server = RunningServer.withRealEngine(data, HOST_MEMORY)) {
            Api api = server.api();
            boot(api, "one");
            retire(api, Map.of()).expectProblem(400, "invalid-request");
            retire(api, Map.of("domain", "one")).expectProblem(400, "invalid-request");
            retire(api, Map.of("random", 3)).expectProblem(400, "invalid-request");
            retire(api, Map.of("domain", "one", "random", 3, "pfns", List.of(1)))
                    .expectProblem(400, "invalid-request");
            retire(api, Map.of("domain", "one", "pfns", List.of(1L << 40))).expectProblem(400, "invalid-request");
            retire(api, Map.of("domain", "one", "random", 1_000_000)).expectProblem(409, "limit-exceeded");
            retire(api, Map.of("domain", "one", "random", 60_000)).expectProblem(400, "invalid-request");
            retire(api, Map.of("domain", "one", "random", 1, "mode", "magic")).expectProblem(400, "invalid-request");
            retire(api, Map.of("domain", "none", "random", 1)).expectProblem(404, "not-found");
            api.post("/v1/host/frames/50000/errors", Map.of("kind", "loud")).expectProblem(400, "invalid-request");
            api.post("/v1/host/frames/3/online").expectProblem(404, "not-found");
            Api.Answer none =
                    retire(api, Map.of("frames", List.of(Map.of("first", 3)))).expect(200);
            assertThat(none.text("/pages/0/state")).isEqualTo("failed");
            assertThat(none.text("/pages/0/reason")).isEqualTo("not-ram");
            api.get("/v1/page-retirements/none").expectProblem(404, "not-found");
        }
    }
}
