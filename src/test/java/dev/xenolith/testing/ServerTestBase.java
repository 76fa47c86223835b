package dev.xenolith.testing;

import dev.xenolith.XenolithApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
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
    protected RestTestClient http;

    @Autowired
    protected FakeHypervisor host;

    @DynamicPropertySource
    static void dataDirectory(DynamicPropertyRegistry registry) throws IOException {
        Path folder = Files.createTempDirectory("xenolith-test");
        registry.add("xenolith.data-dir", folder::toString);
    }
}
