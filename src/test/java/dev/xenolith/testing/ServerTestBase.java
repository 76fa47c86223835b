package dev.xenolith.testing;

import dev.xenolith.XenolithApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

/** A test that talks to a real server over its port; the engine is the fake one. All of them share one server. */
@SpringBootTest(
        classes = XenolithApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"xenolith.limits.json-body-kib=64", "xenolith.limits.boot-image-mib=2"})
@AutoConfigureRestTestClient
@Import(FakeEngine.class)
public abstract class ServerTestBase {

    @Autowired
    protected FakeHypervisor host;

    @Autowired
    private RestTestClient client;

    @LocalServerPort
    protected int port;

    private static final Path DATA = temporary();

    private static Path temporary() {
        try {
            return Files.createTempDirectory("xenolith-test");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @DynamicPropertySource
    static void dataDirectory(DynamicPropertyRegistry registry) {
        registry.add("xenolith.data-dir", DATA::toString);
    }

    @AfterEach
    void endEveryDomain() {
        host.openGate();
        api().get("/v1/domains?limit=500")
                .json("/items")
                .forEach(
                        domain -> api().delete("/v1/domains/" + domain.get("id").asString() + "?force=true")
                                .expect(204));
    }

    protected Api api() {
        return new Api(client);
    }

    /** A name nothing else has. */
    protected static String freshName() {
        return "t-" + UUID.randomUUID().toString().substring(0, 13);
    }

    protected void awaitState(String domain, String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> state.equals(api().get("/v1/domains/" + domain).text("/state")));
    }

    protected FakeDomain fake(String domain) {
        return host.fake(api().get("/v1/domains/" + domain).json("/domid").intValue());
    }

    /** A domain in a state, by what a user or the guest would do. */
    protected String domainIn(String state) {
        String name = freshName();
        api().post("/v1/domains", Map.of("name", name)).expect(201);
        switch (state) {
            case "running" -> {}
            case "paused" -> api().post("/v1/domains/" + name + "/pause").expect(200);
            case "suspended" -> type(name, "suspend");
            case "crashed" -> type(name, "panic");
            case "shutoff" -> api().post("/v1/domains/" + name + "/destroy").expect(200);
            default -> throw new IllegalArgumentException(state);
        }
        awaitState(name, state);
        return name;
    }

    protected void type(String domain, String line) {
        api().post("/v1/domains/" + domain + "/console", Map.of("line", line)).expect(204);
    }
}
