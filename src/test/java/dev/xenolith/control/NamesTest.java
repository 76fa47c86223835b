package dev.xenolith.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "web-1", "a-", "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"})
    void domainNames(String name) {
        assertThat(Names.isGood(name.substring(0, Math.min(63, name.length())))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1a",
                "-a",
                "A",
                "a_b",
                "a.b",
                "ä",
                "a\n",
                "abcdef01-0123-4123-8123-0123456789ab",
                "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
            })
    void notDomainNames(String name) {
        assertThat(Names.isGood(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmlinuz-6.1.0-40-cloud-amd64", "pebble", "6.12", "Image_v1+x~2"})
    void bootImageNames(String name) {
        assertThat(Names.isGoodForBootImage(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "-x", "ä"})
    void notBootImageNames(String name) {
        assertThat(Names.isGoodForBootImage(name)).isFalse();
    }

    @Test
    void madeUpNamesAreGood() {
        for (int i = 0; i < 100; i++) {
            assertThat(Names.isGood(Names.madeUp())).isTrue();
        }
    }

    @Test
    void cursorsComeBackAndNothingElseDoes() {
        Cursor cursor = new Cursor(Instant.parse("2026-11-21T10:00:00.123456Z"), UUID.randomUUID());

        assertThat(Cursor.decode(cursor.encode())).isEqualTo(cursor);
        for (String bad :
                new String[] {"", "x", "%", "bm90aGluZw", cursor.encode().substring(4)}) {
            assertThatThrownBy(() -> Cursor.decode(bad)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void labelsAreMergedByKey() {
        Map<String, String> old = Map.of("a", "1", "b", "2");
        HashMap<String, @Nullable String> patch = new HashMap<>();
        patch.put("a", null);
        patch.put("c", "3");

        assertThat(Labels.merged(old, patch, 2)).isEqualTo(Map.of("b", "2", "c", "3"));
        assertThatThrownBy(() -> Labels.merged(old, Map.of("c", "3"), 2)).hasMessageContaining("labels");
        assertThatThrownBy(() -> Labels.merged(old, Map.of("c d", "3"), 5)).hasMessageContaining("/labels/c d");
        assertThatThrownBy(() -> Labels.merged(old, Map.of("c", "x".repeat(256)), 5))
                .hasMessageContaining("255");
    }
}
