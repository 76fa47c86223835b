package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {

    private static final Path DOCUMENT = Path.of("docs/reference/problems.md");
    private static final String WRITE = "xenolith.docs.write";

    @Test
    void comesBackFromItsWireName() {
        for (ProblemType type : ProblemType.values()) {
            assertThat(ProblemType.ofWire(type.wire())).isEqualTo(type);
        }
    }

    @Test
    void isTheListInTheDocs() throws IOException {
        String now = document();
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, now);
        }
        String checkedIn = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";

        assertThat(checkedIn)
                .as("%s is stale; run: mvn test -Dtest=ProblemTypeTest -D%s=true", DOCUMENT, WRITE)
                .isEqualTo(now);
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # Problems

                <!-- Generated from ProblemType; the test ProblemTypeTest keeps it fresh. -->

                Whatever goes wrong is answered as `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`,
                `instance`, and what a program may act on (`state`, `allowed`, `hint`, `limit`, `errors` …). Types and statuses
                never change; `detail` is for people. `errors` lists wrong places by JSON pointer, query parameter or header. Only
                what a plain retry may cure is 5xx.

                | type | status | meaning |
                |---|---|---|
                """);
        for (ProblemType type : ProblemType.values()) {
            text.append("| `").append(type.uri()).append("` | ").append(type.status());
            text.append(" | ").append(type.title()).append(" |\n");
        }
        return text.toString();
    }
}
