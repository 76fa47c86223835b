package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XlConfigurationTest {

    private static final UUID ID = UUID.fromString("1d990ff6-1095-44dd-8054-86366cef4b1b");

    @Test
    void whatIsWrittenIsReadAgain() {
        Checkpoint.Origin origin = new Checkpoint.Origin(
                ID,
                "web",
                96,
                2,
                "console=hvc0 \"quoted\"",
                "a".repeat(64),
                null,
                new Clock(Clock.Mode.VIRTUAL, 7),
                Map.of("label", "stays here"));

        XlConfiguration configuration = XlConfiguration.of(origin);

        assertThat(XlConfiguration.parse(configuration.toJson())).isEqualTo(configuration);
        assertThat(new String(configuration.toJson(), StandardCharsets.UTF_8))
                .contains("\"max_memkb\" : 98304", "\"avail_vcpus\" : [ 0, 1 ]", "\"type.pv\" : { }")
                .doesNotContain("ramdiskSha256");
    }

    @Test
    void readsTheJsonOfXl() {
        XlConfiguration read = parse("""
                {"c_info": {"type": "pv", "name": "tick4", "uuid": "1d990ff6-1095-44dd-8054-86366cef4b1b"},
                 "b_info": {"max_vcpus": 3, "avail_vcpus": [0], "max_memkb": 8192, "target_memkb": 4097,
                            "kernel": "/boot/vmlinuz", "cmdline": "quiet"}}
                """);

        assertThat(read).isEqualTo(new XlConfiguration("tick4", ID, 5, 3, "quiet", null, null, null));
    }

    @Test
    void readsTheTextOfAConfigurationFile() {
        XlConfiguration read = parse("""
                # of Xen 4.4
                name = "old.Guest"
                memory=128
                vcpus = 2
                root = '/dev/xvda1 ro'
                extra = "debug"
                disk = [ 'phy:/dev/vg/x,xvda,w' ]
                """);

        assertThat(read)
                .isEqualTo(
                        new XlConfiguration("old.Guest", null, 128, 2, "root=/dev/xvda1 ro debug", null, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  \n ",
                "{}",
                "{\"c_info\": 7, \"b_info\": []}",
                "{\"c_info\": {\"name\": 5, \"uuid\": \"x\"}, \"b_info\": {\"max_vcpus\": -1, \"max_memkb\": 1e400}}",
                "{\"b_info\": {\"max_vcpus\": 4294967297, \"max_memkb\": 9223372036854775807}}",
                "{\"xenolith\": {\"kernelSha256\": \"../../etc/passwd\"}}",
                "memory = lots",
                "= = ="
            })
    void believesNothingThatMakesNoSense(String text) {
        assertThat(parse(text)).isEqualTo(XlConfiguration.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"c_info\": }", "{\"a\": 1} trailing {", "{\"a\":\"\u0001\"}"})
    void jsonThatIsNoneIsTheImagesFault(String text) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> parse(text))
                .matches(e -> e.problem().type() == ProblemType.IMAGE_CORRUPT)
                .withMessageContaining("XL_HEADER at offset 0: expected a configuration in JSON");
    }

    @Test
    void deepNestingIsRefusedAsAnyBrokenJson() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> parse("{\"a\":".repeat(100_000)))
                .matches(e -> e.problem().type() == ProblemType.IMAGE_CORRUPT);
    }

    private static XlConfiguration parse(String text) {
        return XlConfiguration.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
