package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.Api;
import dev.xenolith.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server process is killed at a random moment while checkpoints are taken, imported and deleted. What it had answered
 * is there, whole, after the next start; what it had not is there whole or not at all.
 */
class KilledServerIT {

    private static final int KILLS = "endurance".equals(System.getProperty("xenolith.rounds")) ? 20 : 3;
    private static final int LONGEST_LIFE_MILLIS = 1500;

    @TempDir
    Path folder;

    private final Random random = new Random(Long.getLong("xenolith.seed", 3));
    /** What the servers answered for: the names of stored checkpoints. */
    private final Set<String> promised = new ConcurrentSkipListSet<>();

    private byte[] image = {};

    @Test
    void whatWasAnsweredOutlivesAKill() throws Exception {
        ServerProcess server = start(0);
        for (int round = 0; round < KILLS; round++) {
            server.api().post("/v1/domains", Map.of("name", "one-" + round)).expect(201);
            if (image.length == 0) {
                image = saved(server);
            }
            int killed = round;
            ServerProcess victim = server;
            Thread taking = new Thread(() -> untilItDies(() -> take(victim, killed)));
            Thread importing = new Thread(() -> untilItDies(() -> bringIn(victim, killed)));
            taking.start();
            importing.start();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
            victim.kill();
            taking.join();
            importing.join();
            Set<String> left = files();

            server = start(round + 1);

            assertThat(server.log()).contains("the server before this one was killed; lost with it: one-" + round);
            expectSound(server, left);
        }
        server.close();
    }

    private ServerProcess start(int round) {
        return ServerProcess.start(
                List.of(), folder.resolve("data"), folder.resolve("log-" + round), "--xenolith.host.memory-mib=128");
    }

    private byte[] saved(ServerProcess server) throws IOException, InterruptedException {
        server.api()
                .waiting(30)
                .post("/v1/domains/one-0/checkpoints", Map.of("name", "first"))
                .expect(201);
        promised.add("first");
        HttpRequest download = HttpRequest.newBuilder(URI.create(server.url() + "/v1/checkpoints/first/image"))
                .build();
        return HttpClient.newHttpClient()
                .send(download, HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static void untilItDies(Step step) {
        try {
            while (true) {
                step.run();
            }
        } catch (Exception | AssertionError theServerWasKilled) {
            // Any other fault shows in what is found after the next start.
        }
    }

    private void take(ServerProcess server, int round) {
        String name = "taken-" + round + "-" + promised.size();
        server.api()
                .waiting(30)
                .post("/v1/domains/one-" + round + "/checkpoints", Map.of("name", name))
                .expect(201);
        promised.add(name);
    }

    private void bringIn(ServerProcess server, int round) throws IOException, InterruptedException {
        String name = "imported-" + round + "-" + promised.size();
        HttpRequest upload = HttpRequest.newBuilder(URI.create(server.url() + "/v1/checkpoints?name=" + name))
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(upload, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        promised.add(name);
        // Every second one goes again: a kill may come between its row and its file.
        if (promised.size() % 2 == 0) {
            promised.remove(name);
            server.api().delete("/v1/checkpoints/" + name).expect(204);
        }
    }

    private void expectSound(ServerProcess server, Set<String> filesLeftByTheKill) throws IOException {
        Api api = server.api();
        assertThat(api.get("/v1/checkpoints?state=damaged").json("/items").size())
                .isZero();
        Set<String> known = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        api.get("/v1/checkpoints?limit=500").json("/items").forEach(checkpoint -> {
            known.add(checkpoint.get("id").asString() + ".image");
            if (checkpoint.get("kind").asString().equals("taken")) {
                known.add(checkpoint.get("id").asString() + ".voucher");
            }
            names.add(checkpoint.get("name").asString());
        });
        assertThat(names).containsAll(promised);
        assertThat(files()).isEqualTo(known);
        for (String swept : filesLeftByTheKill) {
            if (!known.contains(swept)) {
                assertThat(server.log()).contains("removed").contains(swept);
            }
        }
        for (String name : names) {
            assertThat(api.waiting(60)
                            .post("/v1/checkpoints/" + name + "/verify")
                            .expect(200)
                            .json("/ok")
                            .booleanValue())
                    .as(name)
                    .isTrue();
        }
        String any = List.copyOf(names).get(random.nextInt(names.size()));
        api.waiting(60)
                .post("/v1/checkpoints/" + any + "/restore", Map.of("name", "again"))
                .expect(201);
        api.post("/v1/domains/again/console", Map.of("line", "calc 6*7")).expect(204);
        assertThat(api.waiting(30).get("/v1/domains/again/console?until=42").header("Console-Matched"))
                .isEqualTo("true");
        api.delete("/v1/domains/again?force=true").expect(204);
        for (String name : names) {
            if (!name.equals("first") && !name.equals(any)) {
                promised.remove(name);
                api.delete("/v1/checkpoints/" + name).expect(204);
            }
        }
        assertThat(api.get("/v1/operations?state=running&limit=500")
                        .json("/items")
                        .size())
                .isZero();
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data").resolve("checkpoints"))) {
            return files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
