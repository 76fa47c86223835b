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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The prebuilt pebble in the resources is what {@code src/main/guest} says. Its digest and those of all sources are kept
 * beside it, so that a stale one is noticed without a compiler; where the compiler is the one it was built with, it is
 * built again and has to come out the same byte for byte.
 */
class PebbleFreshnessTest {

    private static final Path SOURCES = Path.of("src/main/guest");
    private static final Path PREBUILT = Path.of("src/main/resources/guests");
    private static final String COMPILER = "Debian 12.2.0";

    @Test
    void wasBuiltFromTheseSources() throws IOException {
        Map<String, String> built = new TreeMap<>();
        for (String line : Files.readAllLines(PREBUILT.resolve("pebble.sha256"))) {
            String[] parts = line.split(" +", 2);
            built.put(parts[1], parts[0]);
        }
        assertThat(digests())
                .as("sources of pebble: run src/main/guest/build.sh after a change")
                .isEqualTo(built);
    }

    @Test
    void comesOutTheSameWhenBuiltAgain(@TempDir Path folder) throws IOException, InterruptedException {
        String compiler = firstLineOf("gcc", "--version");
        assumeTrue(compiler.contains(COMPILER), "building pebble needs gcc " + COMPILER + ", got: " + compiler);
        assertThat(firstLineOf(SOURCES.resolve("build.sh").toString(), folder.toString()))
                .isEmpty();
        assertThat(folder.resolve("pebble.elf")).hasSameBinaryContentAs(PREBUILT.resolve("pebble.elf"));
    }

    @Test
    void isSmall() throws IOException {
        assertThat(Files.size(PREBUILT.resolve("pebble.elf"))).isLessThan(64 << 10);
    }

    private static Map<String, String> digests() throws IOException {
        Map<String, String> digests = new TreeMap<>();
        digests.put("pebble.elf", digest(PREBUILT.resolve("pebble.elf")));
        try (var files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                digests.put(SOURCES.relativize(file).toString().replace('\\', '/'), digest(file));
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
