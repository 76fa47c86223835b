package dev.xenolith.control;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an image says of its domain, in the words of {@code xl}: the JSON of {@code libxl_domain_config}, or the text of
 * a configuration file ({@code xl.cfg(5)}), as older versions wrote it. What is missing there is null here.
 *
 * <p>We write the JSON too, in images of either flavour, so that an image alone says what it is. A section {@code
 * xenolith} of our own, which libxl passes over, holds the digests by which kernel and ramdisk are found again, and
 * the seed of a virtual clock.
 */
record XlConfiguration(
        @Nullable String name,
        @Nullable UUID uuid,
        @Nullable Integer memoryMib,
        @Nullable Integer vcpus,
        @Nullable String commandLine,
        @Nullable String kernelSha256,
        @Nullable String ramdiskSha256,
        @Nullable Clock clock) {

    static final XlConfiguration EMPTY = new XlConfiguration(null, null, null, null, null, null, null, null);

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int KIB_A_MIB = 1024;
    private static final int LARGEST_MIB = 1 << 24;
    private static final int MOST_VCPUS = 512;
    private static final int LONGEST_COMMAND_LINE = 1023;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TEXT_LINE =
            Pattern.compile("^[ \\t]*(\\w+)[ \\t]*=[ \\t]*[\"']?([^\"'\\r\\n]*?)[\"']?[ \\t]*$", Pattern.MULTILINE);

    static XlConfiguration of(Checkpoint.Origin origin) {
        return new XlConfiguration(
                origin.name(),
                origin.id(),
                origin.memoryMib(),
                origin.vcpus(),
                origin.commandLine(),
                origin.kernelSha256(),
                origin.ramdiskSha256(),
                origin.clock());
    }

    /** The JSON of a domain whose name, memory and vcpus are known. */
    byte[] toJson() {
        int count = vcpus == null ? 1 : vcpus;
        long kib = (memoryMib == null ? 0L : memoryMib) * KIB_A_MIB;
        Map<String, Object> created = new LinkedHashMap<>();
        created.put("type", "pv");
        created.put("name", String.valueOf(name));
        if (uuid != null) {
            created.put("uuid", uuid.toString());
        }
        Map<String, Object> built = new LinkedHashMap<>();
        built.put("max_vcpus", count);
        built.put("avail_vcpus", IntStream.range(0, count).boxed().toList());
        built.put("max_memkb", kib);
        built.put("target_memkb", kib);
        if (commandLine != null) {
            built.put("cmdline", commandLine);
        }
        built.put("type.pv", Map.of());
        Map<String, Object> ours = new LinkedHashMap<>();
        if (kernelSha256 != null) {
            ours.put("kernelSha256", kernelSha256);
        }
        if (ramdiskSha256 != null) {
            ours.put("ramdiskSha256", ramdiskSha256);
        }
        if (clock != null && clock.mode() == Clock.Mode.VIRTUAL) {
            ours.put("virtualClockSeed", clock.seed());
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("c_info", created);
        whole.put("b_info", built);
        whole.put("on_crash", "preserve");
        whole.put("xenolith", ours);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(whole);
    }

    /**
     * @throws ProblemException where it begins as JSON and is none
     */
    static XlConfiguration parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            return EMPTY;
        }
        return text.startsWith("{") ? ofJson(text) : ofText(text);
    }

    private static XlConfiguration ofJson(String text) {
        JsonNode whole;
        try {
            whole = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemType.IMAGE_CORRUPT,
                    "XL_HEADER at offset 0: expected a configuration in JSON, got " + e.getOriginalMessage(),
                    Map.of("record", "XL_HEADER", "offset", 0, "expected", "JSON", "got", e.getOriginalMessage()));
        }
        JsonNode created = whole.path("c_info");
        JsonNode built = whole.path("b_info");
        JsonNode ours = whole.path("xenolith");
        return new XlConfiguration(
                text(created.path("name")),
                asUuid(text(created.path("uuid"))),
                mib(number(built.path("target_memkb")).or(() -> number(built.path("max_memkb")))),
                vcpus(number(built.path("max_vcpus"))),
                commandLine(text(built.path("cmdline"))),
                sha256(text(ours.path("kernelSha256"))),
                sha256(text(ours.path("ramdiskSha256"))),
                number(ours.path("virtualClockSeed"))
                        .map(seed -> new Clock(Clock.Mode.VIRTUAL, seed))
                        .orElse(null));
    }

    private static XlConfiguration ofText(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        Matcher lines = TEXT_LINE.matcher(text);
        while (lines.find()) {
            values.put(lines.group(1), lines.group(2));
        }
        String commandLine = values.get("cmdline");
        if (commandLine == null && (values.containsKey("root") || values.containsKey("extra"))) {
            String root = values.containsKey("root") ? "root=" + values.get("root") + " " : "";
            commandLine = (root + values.getOrDefault("extra", "")).strip();
        }
        return new XlConfiguration(
                values.get("name"),
                asUuid(values.get("uuid")),
                mib(number(values.get("memory")).map(mib -> mib * KIB_A_MIB)),
                vcpus(number(values.get("maxvcpus")).or(() -> number(values.get("vcpus")))),
                commandLine(commandLine),
                null,
                null,
                null);
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }

    private static Optional<Long> number(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() ? Optional.of(node.longValue()) : Optional.empty();
    }

    private static Optional<Long> number(@Nullable String digits) {
        return digits != null && digits.matches("\\d{1,12}") ? Optional.of(Long.parseLong(digits)) : Optional.empty();
    }

    private static @Nullable Integer mib(Optional<Long> kib) {
        return kib.map(value -> (value + KIB_A_MIB - 1) / KIB_A_MIB)
                .filter(value -> value >= 1 && value <= LARGEST_MIB)
                .map(Long::intValue)
                .orElse(null);
    }

    private static @Nullable Integer vcpus(Optional<Long> count) {
        return count.filter(value -> value >= 1 && value <= MOST_VCPUS)
                .map(Long::intValue)
                .orElse(null);
    }

    private static @Nullable UUID asUuid(@Nullable String text) {
        return text == null ? null : Names.asId(text).orElse(null);
    }

    private static @Nullable String commandLine(@Nullable String text) {
        return text == null ? null : text.substring(0, Math.min(text.length(), LONGEST_COMMAND_LINE));
    }

    private static @Nullable String sha256(@Nullable String text) {
        return text != null && SHA256.matcher(text).matches() ? text : null;
    }
}
