package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xenolith.engine.FrameOfflining;
import dev.xenolith.engine.FrameState;
import dev.xenolith.engine.MemoryError;
import dev.xenolith.engine.PageRetirement;
import dev.xenolith.engine.PageRetirement.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every state, status, outcome and reason is in the reference page, and every reason is expected by a test. */
class PageRetirementReferenceTest {

    private static final Path PAGE = Path.of("docs/reference/page-retirement.md");
    private static final Path TESTS = Path.of("src/test/java/dev/xenolith");

    /**
     * Only the engine's own faults bring these about, or callers that no route is: the tests of the engine break a step, an
     * undo or a count on purpose.
     */
    private static final Set<Reason> NOT_OVER_HTTP = EnumSet.of(
            Reason.NOT_PENDING, Reason.NOT_OWNED, Reason.STILL_REFERENCED, Reason.STEP_FAILED, Reason.GUEST_DAMAGED);

    /** First words of the rows of the table whose head begins so. */
    private static Set<String> rows(String head) throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(head);
        return page.substring(page.indexOf(head))
                .lines()
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Pattern.compile("`([A-Za-z0-9_-]+)`")
                        .matcher(line.split("\\|", -1)[1])
                        .results()
                        .map(match -> match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> words(Enum<?>[] constants) {
        return Stream.of(constants).map(Words::of).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Enum<?>[] constants) {
        return Stream.of(constants).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesEachOnceAndNothingElse() throws IOException {
        assertThat(rows("| state | meaning | leaves it |")).isEqualTo(words(FrameState.values()));
        assertThat(rows("| state | meaning |\n")).isEqualTo(words(PageRetirement.State.values()));
        assertThat(rows("| reason | with | meaning | cure |")).isEqualTo(words(Reason.values()));
        assertThat(rows("| outcome | meaning |")).isEqualTo(words(Retirement.Outcome.values()));
        assertThat(rows("| kind | outcome | when |")).isEqualTo(words(MemoryError.Kind.values()));
        assertThat(rows("| status | bit | meaning |")).isEqualTo(names(FrameOfflining.Status.values()));
        assertThat(rows("| reason | bit |")).isEqualTo(names(FrameOfflining.Reason.values()));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void isExpectedByATest(Reason reason) throws IOException {
        boolean overHttp = !NOT_OVER_HTTP.contains(reason);
        String word = Words.of(reason);
        // An assertion of the engine's tests names the constant, one of an IT the word at the end of a string.
        Pattern expectation = overHttp
                ? Pattern.compile("\"(?:[a-z]+ )?" + word + "\"")
                : Pattern.compile("isEqualTo\\((?:PageRetirement\\.)?Reason\\." + reason + "\\)");
        List<Path> sources = overHttp
                ? httpTests()
                : List.of(
                        TESTS.resolve("engine/host/ExchangeTest.java"),
                        TESTS.resolve("engine/host/ExchangeFaultsTest.java"),
                        TESTS.resolve("engine/host/FailingSteps.java"));
        List<MatchResult> found = sources.stream()
                .flatMap(source -> expectation.matcher(read(source)).results())
                .toList();
        assertThat(found).as("%s in %s", expectation, sources).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(FrameOfflining.Status.class)
    void isAnsweredInATest(FrameOfflining.Status status) {
        Pattern expectation = Pattern.compile("Status\\." + status + "\\b");
        List<Path> sources = List.of(
                TESTS.resolve("engine/machine/OffliningTest.java"), TESTS.resolve("engine/host/ExchangeTest.java"));
        assertThat(sources).anyMatch(source -> expectation.matcher(read(source)).find());
    }

    private static List<Path> httpTests() throws IOException {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.filter(file -> file.getFileName().toString().startsWith("PageRetirement"))
                    .toList();
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
