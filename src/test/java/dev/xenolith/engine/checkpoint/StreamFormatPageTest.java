package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.stream.ContextScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page that documents the format says what the code does. A layout that changed belongs on the page, and the version
 * goes up: run with {@code -Dxenolith.update=true} to write the layouts.
 */
class StreamFormatPageTest {

    private static final Path PAGE = Path.of("docs/reference/stream-format.md");
    private static final String BEGIN = "<!-- layouts -->\n```\n";
    private static final String END = "```\n<!-- /layouts -->";

    @Test
    void printsTheLayoutsOfAllStateRecords() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (Boolean.getBoolean("xenolith.update")) {
            Files.writeString(PAGE, page.substring(0, from) + layouts() + page.substring(to));
            return;
        }

        assertThat(page.substring(from, to))
                .as("layouts in %s; write them with -Dxenolith.update=true", PAGE)
                .isEqualTo(layouts());
    }

    @Test
    void listsEveryTypeOfDomainContext() throws IOException {
        String page = Files.readString(PAGE);

        DomainContexts.all()
                .forEach(type -> assertThat(page)
                        .contains("| " + type.typecode() + " | " + type.name() + " | "
                                + (type.scope() == ContextScope.GLOBAL ? "global" : "per vcpu") + " |"));
    }

    private static String layouts() {
        return Stream.concat(Stream.of(TransparentHeader.LAYOUT), DomainContexts.layouts().stream())
                .map(layout -> wrapped(layout.schema()))
                .collect(Collectors.joining("\n"));
    }

    /** Breaks at blanks before column 118; what continues is indented. */
    private static String wrapped(String schema) {
        StringBuilder text = new StringBuilder();
        StringBuilder line = new StringBuilder();
        for (String word : schema.split(" ", -1)) {
            if (line.length() + word.length() > 117) {
                text.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                line.append("    ");
            }
            line.append(word).append(' ');
        }
        return text.append(line.toString().stripTrailing()).append('\n').toString();
    }
}
