package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerTestBase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainsIT extends ServerTestBase {

    @Test
    void createsADomainFromNothing() {
        Api.Answer answer =
                api().postRaw("/v1/domains", "application/json", "{}").expect(201);

        assertThat(answer.text("/state")).isEqualTo("running");
        assertThat(answer.text("/stateReason")).isEqualTo("created");
        assertThat(answer.text("/kernel")).isEqualTo("pebble");
        assertThat(answer.json("/memoryMib").intValue()).isEqualTo(16);
        assertThat(answer.json("/vcpus").intValue()).isEqualTo(1);
        assertThat(answer.json("/domid").intValue()).isPositive();
        assertThat(answer.header("Location")).isEqualTo("/v1/domains/" + answer.text("/id"));
        assertThat(api().get(answer.header("Location")).body()).isEqualTo(answer.body());
        api().delete("/v1/domains/" + answer.text("/name") + "?force=true").expect(204);
    }

    @Test
    void createsADomainFromNoBodyAtAll() {
        Api.Answer answer = api().post("/v1/domains").expect(201);
        api().delete("/v1/domains/" + answer.text("/id") + "?force=true").expect(204);
    }

    @Test
    void buildsAPausedDomainThatWaitsForUnpause() {
        String name = freshName();
        api().post("/v1/domains", Map.of("name", name, "paused", true)).expect(201);
        assertThat(api().get("/v1/domains/" + name).text("/state")).isEqualTo("paused");

        assertThat(api().post("/v1/domains/" + name + "/unpause").expect(200).text("/state"))
                .isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"memoryMib": 0}              | /memoryMib
                    {"memoryMib": -5}             | /memoryMib
                    {"memoryMib": "64"}           | /memoryMib
                    {"memoryMib": 1.9}            | /memoryMib
                    {"memoryMib": 99999999999}    | /memoryMib
                    {"memoryMib": true}           | /memoryMib
                    {"vcpus": 0}                  | /vcpus
                    {"name": "Upper"}             | /name
                    {"name": ""}                  | /name
                    {"name": 5}                   | /name
                    {"name": true}                | /name
                    {"name": "abcdef01-0123-4123-8123-0123456789ab"} | /name
                    {"kernel": "nothing-such"}    | /kernel
                    {"ramdisk": "nothing-such"}   | /ramdisk
                    {"paused": "yes"}             | /paused
                    {"paused": 1}                 | /paused
                    {"colour": "red"}             | /colour
                    {"labels": {"a b": "c"}}      | /labels/a b
                    {"labels": {"a": 1}}          | /labels/a
                    {"labels": []}                | /labels
                    {"commandLine": "a\\u0000b"}  | /commandLine
                    """)
    void refusesABadFieldAndNamesIt(String body, String pointer) {
        long before = count();

        Api.Answer answer = api().postRaw("/v1/domains", "application/json", body);

        answer.expectProblem(400, "invalid-request");
        assertThat(answer.text("/errors/0/pointer")).as(answer.body()).isEqualTo(pointer);
        assertThat(count()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "[]", "\"x\"", "{\"name\": \"a\", \"name\": \"b\"}", "{} {}", "{\"vcpus\": 01}", "nonsense"
            })
    void refusesMalformedJson(String body) {
        api().postRaw("/v1/domains", "application/json", body).expectProblem(400, "invalid-request");
    }

    @Test
    void refusesMoreMemoryThanTheHostHas() {
        Api.Answer answer = api().post("/v1/domains", Map.of("memoryMib", 100_000));

        answer.expectProblem(409, "insufficient-memory");
        assertThat(answer.json("/neededMib").intValue()).isEqualTo(100_000);
        assertThat(answer.json("/freeMib").intValue()).isBetween(0, 256);
    }

    @Test
    void refusesTenThousandVcpus() {
        Api.Answer answer = api().post("/v1/domains", Map.of("vcpus", 10_000));

        answer.expectProblem(409, "limit-exceeded");
        assertThat(answer.text("/limit")).isEqualTo("vcpus-per-domain");
    }

    @Test
    void refusesATakenNameAndLeavesNothingBehind() {
        String name = domainIn("running");
        long before = count();

        api().post("/v1/domains", Map.of("name", name)).expectProblem(409, "name-taken");

        assertThat(count()).isEqualTo(before);
    }

    @Test
    void refusesAFileThatIsNoKernelAndLeavesNothingBehind() {
        String image = freshName();
        api().upload("/v1/boot-images?name=" + image, "no kernel".getBytes(StandardCharsets.UTF_8))
                .expect(201);
        long before = count();

        Api.Answer answer = api().post("/v1/domains", Map.of("name", freshName(), "kernel", image));

        answer.expectProblem(422, "boot-image-unusable");
        assertThat(answer.text("/expected")).contains("ELF");
        assertThat(count()).isEqualTo(before);
        api().delete("/v1/boot-images/" + image).expect(204);
    }

    private long count() {
        return api().get("/v1/domains?limit=500").json("/items").size();
    }

    @Test
    void patchesNameAndLabels() {
        String name = freshName();
        api().post("/v1/domains", Map.of("name", name, "labels", Map.of("a", "1", "b", "2")))
                .expect(201);

        Api.Answer answer = api().patch(
                        "/v1/domains/" + name,
                        "{\"name\": \"" + name + "x\", \"labels\": {\"a\": null, \"c\": \"3\"}}");

        assertThat(answer.expect(200).text("/name")).isEqualTo(name + "x");
        assertThat(answer.json("/labels").toString()).isEqualTo("{\"b\":\"2\",\"c\":\"3\"}");
        api().get("/v1/domains/" + name).expectProblem(404, "not-found");
        assertThat(api().patch("/v1/domains/" + name + "x", "{\"labels\": null}")
                        .json("/labels")
                        .size())
                .isZero();
    }

    @Test
    void patchRefusesOtherFields() {
        String name = domainIn("running");

        Api.Answer answer = api().patch("/v1/domains/" + name, "{\"memoryMib\": 32}");

        answer.expectProblem(400, "invalid-request");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/memoryMib");
        api().patch("/v1/domains/" + name, "{\"name\": null}").expectProblem(400, "invalid-request");
        api().patch("/v1/domains/" + name, "[]").expectProblem(400, "invalid-request");
    }

    @Test
    void listsByLabelPageByPage() {
        String label = freshName();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = freshName();
            api().post("/v1/domains", Map.of("name", name, "memoryMib", 2, "labels", Map.of("batch", label)))
                    .expect(201);
            made.add(name);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            Api.Answer page = api().get("/v1/domains?limit=2&label=batch:" + label + cursor)
                    .expect(200);
            page.json("/items").forEach(item -> seen.add(item.get("name").asString()));
            cursor = page.json("/nextCursor").isNull() ? "" : "&cursor=" + page.text("/nextCursor");
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(made);
        assertThat(api().get("/v1/domains?name=" + made.getFirst())
                        .json("/items")
                        .size())
                .isEqualTo(1);
        assertThat(api().get("/v1/domains?state=paused&label=batch:" + label)
                        .json("/items")
                        .size())
                .isZero();
        made.forEach(name -> api().delete("/v1/domains/" + name + "?force=true").expect(204));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=501", "limit=x", "cursor=nonsense", "cursor=%2f", "state=asleep", "label=x"})
    void refusesBadListParameters(String query) {
        Api.Answer answer = api().get("/v1/domains?" + query);

        answer.expectProblem(400, "invalid-request");
        assertThat(answer.text("/errors/0/parameter")).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void followsThePoweroffTheGuestDidByItself() {
        String name = domainIn("running");

        type(name, "poweroff");

        awaitState(name, "shutoff");
        assertThat(api().get("/v1/domains/" + name).text("/stateReason")).isEqualTo("poweroff");
    }

    @Test
    void followsTheRebootTheGuestDidByItself() {
        String name = domainIn("running");
        String domid = api().get("/v1/domains/" + name).text("/domid");

        type(name, "reboot");

        Awaitility.await()
                .until(() ->
                        api().get("/v1/domains/" + name).text("/stateReason").equals("rebooted"));
        assertThat(api().get("/v1/domains/" + name).text("/domid")).isNotEqualTo(domid);
    }

    @Test
    void keepsACrashedDomainToLookAt() {
        String name = domainIn("crashed");

        Api.Answer answer = api().get("/v1/domains/" + name);

        assertThat(answer.text("/stateReason")).isEqualTo("guest-panic");
        assertThat(answer.text("/stateDetail")).isEqualTo("the guest said so");
        api().get("/v1/domains/" + name + "/vcpus").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vcpus", "memory", "page-tables", "event-channels", "grants", "xenstore", "devices"})
    void looksInsideADomainThatExists(String view) {
        String running = domainIn("running");
        api().get("/v1/domains/" + running + "/" + view).expect(200);

        String off = domainIn("shutoff");
        api().get("/v1/domains/" + off + "/" + view).expectProblem(409, "wrong-state");
        api().get("/v1/domains/nobody/" + view).expectProblem(404, "not-found");
    }
}
