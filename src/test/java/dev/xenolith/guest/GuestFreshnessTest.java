package dev.xenolith.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The prebuilt guests are what their sources say. The digests of a guest and of all its sources are kept beside it, so
 * that a stale one is noticed without a compiler; where the compiler is the one it was built with, it is built again and
 * has to come out the same byte for byte.
 */
class GuestFreshnessTest {

    private static final String PEBBLE = "src/main/guest";
    private static final String TESTS = "src/test/guest";
    private static final Path TEST_RESOURCES = Path.of("src/test/resources/guests");
    private static final String COMPILER = "Debian 12.2.0";

    record Guest(String name, String build, Path folder, List<String> sources) {

        Path image() {
            return folder.resolve(name + ".elf");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Guest> guests() {
        Guest pebble = new Guest("pebble", PEBBLE + "/build.sh", Path.of("src/main/resources/guests"), List.of(PEBBLE));
        Guest hostile = new Guest(
                "hostile",
                TESTS + "/build.sh",
                TEST_RESOURCES,
                List.of(PEBBLE, TESTS + "/hostile", TESTS + "/build.sh"));
        Guest loops = new Guest(
                "loops",
                TESTS + "/build.sh",
                TEST_RESOURCES,
                List.of(
                        PEBBLE + "/loops.S",
                        PEBBLE + "/loops.h",
                        PEBBLE + "/types.h",
                        PEBBLE + "/compile.sh",
                        TESTS + "/loops",
                        TESTS + "/build.sh"));
        return List.of(pebble, hostile, loops);
    }

    @ParameterizedTest
    @MethodSource("guests")
    void wasBuiltFromTheseSources(Guest guest) throws IOException {
        Map<String, String> built = new TreeMap<>();
        for (String line : Files.readAllLines(guest.folder().resolve(guest.name() + ".sha256"))) {
            String[] parts = line.split(" +", 2);
            built.put(parts[1], parts[0]);
        }
        assertThat(digestsNow(guest))
                .as("%s and its sources: run %s after a change", guest, guest.build())
                .isEqualTo(built);
    }

    @ParameterizedTest
    @MethodSource("guests")
    void comesOutTheSameWhenBuiltAgain(Guest guest, @TempDir Path folder) throws IOException, InterruptedException {
        String compiler = firstLineOf("gcc", "--version");
        assumeTrue(compiler.contains(COMPILER), "building guests needs gcc " + COMPILER + ", got: " + compiler);
        assertThat(firstLineOf("sh", guest.build(), folder.toString())).isEmpty();
        assertThat(folder.resolve(guest + ".elf")).hasSameBinaryContentAs(guest.image());
    }

    @ParameterizedTest
    @MethodSource("guests")
    void isSmall(Guest guest) throws IOException {
        assertThat(Files.size(guest.image())).isLessThan(64 << 10);
    }

    private static Map<String, String> digestsNow(Guest guest) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        digests.put(guest.image().getFileName().toString(), digest(guest.image()));
        for (String root : guest.sources()) {
            try (var files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    digests.put(file.toString().replace('\\', '/'), digest(file));
                }
            }
        }
        return digests;
    }

    private static String digest(Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String firstLineOf(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            process.waitFor();
            return output.lines().findFirst().orElse("");
        } catch (IOException e) {
            return "none (" + e.getMessage() + ")";
        }
    }
}
