package dev.xenolith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.RunningServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Why a page cannot leave use: each reason that a guest or a host can bring about, with a real guest, over HTTP. */
class PageRetirementReasonsIT {

    private static final int HOST_MIB = 64;

    /** Those below are no memory for domains. */
    private static final long FIRST_FRAME = 256;

    @TempDir
    Path data;

    private static void boot(Api api, String name) {
        api.post("/v1/domains", Map.of("name", name)).expect(201);
        await(api, name, 0, "pebble%3E%20");
    }

    /** What the console says from there on, once the text has appeared. */
    private static String await(Api api, String name, long from, String text) {
        Api.Answer answer = api.waiting(60).get("/v1/domains/" + name + "/console?from=" + from + "&until=" + text);
        assertThat(answer.header("Console-Matched")).as(answer.body()).isEqualTo("true");
        return answer.body();
    }

    private static String type(Api api, String name, String line, String until) {
        long from = Long.parseLong(api.get("/v1/domains/" + name + "/console").header("Console-Next"));
        api.post("/v1/domains/" + name + "/console", Map.of("line", line)).expect(204);
        return await(api, name, from, until);
    }

    private static void expectUnharmed(Api api, String name) {
        assertThat(type(api, name, "hash", "changed:%20GOOD")).contains(" 0 changed: GOOD");
        assertThat(api.get("/v1/host/audit").json("/ok").booleanValue()).isTrue();
    }

    private static long withhold(Api api, String name, String how) {
        long from = Long.parseLong(api.get("/v1/domains/" + name + "/console").header("Console-Next"));
        api.post("/v1/domains/" + name + "/console", Map.of("line", "withhold " + how))
                .expect(204);
        // By the answer to the next line this one's is complete.
        api.post("/v1/domains/" + name + "/console", Map.of("line", "calc 700+77"))
                .expect(204);
        String said = await(api, name, from, "777");
        return said.lines()
                .filter(line -> line.startsWith("withheld: pfn "))
                .map(line -> Long.parseLong(line.substring("withheld: pfn ".length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said));
    }

    /** All frames of a domain, by mfn. */
    private static Map<Long, JsonNode> frames(Api api, String name) {
        Map<Long, JsonNode> frames = new HashMap<>();
        String cursor = "";
        do {
            Api.Answer page =
                    api.get("/v1/host/frames?limit=500&domain=" + name + cursor).expect(200);
            page.json("/items").forEach(frame -> frames.put(frame.at("/mfn").longValue(), frame));
            String next = page.text("/nextCursor");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return frames;
    }

    private static Set<Long> nameless(Map<Long, JsonNode> frames) {
        Set<Long> nameless = new HashSet<>();
        frames.forEach((mfn, frame) -> {
            if (frame.at("/pfn").isNull()) {
                nameless.add(mfn);
            }
        });
        return nameless;
    }

    private static long byPfn(Map<Long, JsonNode> frames, long pfn) {
        return frames.values().stream()
                .filter(frame -> frame.at("/pfn").isNumber() && frame.at("/pfn").longValue() == pfn)
                .map(frame -> frame.at("/mfn").longValue())
                .findFirst()
                .orElseThrow();
    }

    private static String granted(Map<Long, JsonNode> frames, long mfn) {
        return Objects.requireNonNull(frames.get(mfn)).at("/granted").asString();
    }

    private static Api.Answer retire(Api api, Object... ranges) {
        return api.waiting(60)
                .post("/v1/page-retirements", Map.of("frames", List.of(ranges)))
                .expect(200);
    }

    private static Map<String, Object> frame(long mfn) {
        return Map.of("first", mfn);
    }

    private static List<String> outcomes(Api.Answer answer) {
        List<String> outcomes = new ArrayList<>();
        answer.json("/pages")
                .forEach(page -> outcomes.add(
                        page.at("/state").asString() + " " + page.at("/reason").asString()));
        return outcomes;
    }

    @Test
    void saysWhyAPageOfALivingGuestStays() {
        try (RunningServer server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=" + HOST_MIB)) {
            Api api = server.api();
            boot(api, "one");
            Map<Long, JsonNode> before = frames(api, "one");
            long mapped = before.values().stream()
                    .filter(frame -> frame.at("/granted").asString().equals("mapped"))
                    .map(frame -> frame.at("/mfn").longValue())
                    .findFirst()
                    .orElseThrow();
            long hypervisors = nameless(before).iterator().next();
            long granted = withhold(api, "one", "grant");
            withhold(api, "one", "m2p");
            long frameless = withhold(api, "one", "p2m");
            Map<Long, JsonNode> now = frames(api, "one");
            Set<Long> newlyNameless = nameless(now);
            newlyNameless.removeAll(nameless(before));
            assertThat(newlyNameless).hasSize(1);
            long grantedMfn = byPfn(now, granted);
            assertThat(granted(now, grantedMfn)).isEqualTo("offered");
            assertThat(api.get("/v1/host/frames/" + grantedMfn).text("/granted"))
                    .isEqualTo("offered");
            assertThat(granted(now, hypervisors)).isEqualTo("none");
            Object[] pages = LongStream.of(
                            grantedMfn, newlyNameless.iterator().next(), byPfn(now, frameless), mapped, hypervisors)
                    .mapToObj(PageRetirementReasonsIT::frame)
                    .toArray();

            Api.Answer answer = retire(api, pages);

            assertThat(outcomes(answer))
                    .containsExactly(
                            "pending granted",
                            "pending no-pfn",
                            "pending p2m-unknown",
                            "pending mapped",
                            "pending hypervisor-page");
            expectUnharmed(api, "one");

            type(api, "one", "giveback", "given%20back:%203%20pages");
            assertThat(api.get("/v1/host/frames/" + grantedMfn).text("/granted"))
                    .isEqualTo("none");
            assertThat(outcomes(retire(api, pages[0], pages[1], pages[2])))
                    .as("each can go now")
                    .containsOnly("offlined ");
            expectUnharmed(api, "one");
        }
    }

    @Test
    void saysThatTheHostIsFull() {
        try (RunningServer server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=" + HOST_MIB)) {
            Api api = server.api();
            boot(api, "one");
            List<Long> own = frames(api, "one").keySet().stream().sorted().toList();
            retire(api, allBut(own));
            assertThat(api.get("/v1/host/frames?state=free").json("/items").size())
                    .isZero();
            long mfn = own.get(own.size() / 2);

            assertThat(outcomes(retire(api, frame(mfn)))).containsExactly("failed no-memory");
            expectUnharmed(api, "one");
            Map<String, Object> backing = Map.of("frames", List.of(frame(mfn)), "mode", "backing");
            assertThat(outcomes(api.post("/v1/page-retirements", backing).expect(200)))
                    .containsExactly("failed no-memory");
            assertThat(api.get("/v1/domains/one").text("/state")).isEqualTo("running");

            long other = own.getLast() + 1;
            api.post("/v1/host/frames/" + other + "/online").expect(200);
            assertThat(outcomes(retire(api, frame(mfn)))).containsExactly("offlined ");
            expectUnharmed(api, "one");
        }
    }

    /** Runs of the host's frames between those. */
    private static Object[] allBut(List<Long> own) {
        List<Object> runs = new ArrayList<>();
        long first = FIRST_FRAME;
        for (long mfn : Stream.concat(own.stream(), Stream.of(FIRST_FRAME + HOST_MIB * 256L))
                .toList()) {
            if (mfn > first) {
                runs.add(Map.of("first", first, "count", mfn - first));
            }
            first = mfn + 1;
        }
        return runs.toArray();
    }

    @Test
    void saysThatAFrameIsBroken() {
        try (RunningServer server = RunningServer.withRealEngine(data, "--xenolith.host.memory-mib=" + HOST_MIB)) {
            Api api = server.api();
            api.post("/v1/host/frames/9000/errors", Map.of("kind", "uncorrectable"))
                    .expect(200);
            assertThat(outcomes(retire(api, frame(9000), frame(9001)))).containsExactly("failed broken", "offlined ");
        }
    }
}
