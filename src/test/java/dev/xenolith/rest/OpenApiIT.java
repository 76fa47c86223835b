package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.testing.ServerTestBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The document that is checked in is the one the server gives. */
class OpenApiIT extends ServerTestBase {

    private static final Path DOCUMENT = Path.of("docs/reference/openapi.yaml");
    private static final String WRITE = "xenolith.docs.write";

    @Test
    void isCheckedIn() throws IOException {
        String now = api().get("/v3/api-docs.yaml").expect(200).body();
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, now);
        }
        String checkedIn = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";

        assertThat(checkedIn)
                .as("%s is stale; run: mvn verify -Dit.test=OpenApiIT -D%s=true", DOCUMENT, WRITE)
                .isEqualTo(now);
    }

    @Test
    void saysOfEveryCallWhatItIsAndHowItFails() {
        JsonNode paths = api().get("/v3/api-docs").expect(200).json("/paths");
        List<String> faults = new ArrayList<>();
        paths.properties()
                .forEach(path -> path.getValue().properties().forEach(call -> {
                    String name = call.getKey() + " " + path.getKey();
                    JsonNode operation = call.getValue();
                    if (operation.path("summary").asString("").isEmpty()) {
                        faults.add(name + " has no summary");
                    }
                    if (operation.path("operationId").asString("").isEmpty()
                            || operation.path("operationId").asString().matches(".*_\\d")) {
                        faults.add(name + " has no operationId of its own: " + operation.path("operationId"));
                    }
                    if (path.getKey().contains("{")
                            && operation.at("/responses/404").isMissingNode()) {
                        faults.add(name + " does not say 404");
                    }
                    for (String status : List.of("400", "401", "403", "406", "500")) {
                        String reference =
                                operation.at("/responses/" + status + "/$ref").asString("");
                        if (!reference.startsWith("#/components/responses/")) {
                            faults.add(name + " does not say " + status);
                        }
                    }
                    operation.path("responses").properties().forEach(response -> {
                        if (response.getKey().startsWith("2")
                                && !response.getKey().equals("204")
                                && response.getValue().path("content").isEmpty()) {
                            faults.add(name + " does not say what " + response.getKey() + " answers");
                        }
                    });
                }));

        assertThat(paths.size()).isGreaterThan(25);
        assertThat(faults).isEmpty();
    }

    @Test
    void hasNoCallThatDoesNotWorkYet() {
        JsonNode paths = api().get("/v3/api-docs").expect(200).json("/paths");

        for (String absent : List.of("forks", "diff")) {
            assertThat(paths.propertyNames()).noneMatch(path -> path.contains(absent));
        }
    }

    @Test
    void theRootLeadsToSwaggerUi() {
        assertThat(api().get("/").expect(302).header("Location")).endsWith("/swagger-ui/index.html");
        assertThat(api().get("/swagger-ui/index.html").expect(200).body()).contains("swagger-ui");
    }
}
