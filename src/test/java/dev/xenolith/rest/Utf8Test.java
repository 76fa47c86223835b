package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "6162, 2",
        "61c3, 1",
        "61c3a4, 3",
        "e282, 0",
        "e282ac, 3",
        "f09f98, 0",
        "f09f9880, 4",
        "61f0, 1",
        // No UTF-8 at all: nothing is worth waiting for.
        "ff, 1",
        "c0, 1",
        "80, 1",
        "8080808080, 5",
        "f8, 1",
        "61c3a4a4, 4",
    })
    void cutsWhereACharacterEnds(String hex, int whole) {
        assertThat(Utf8.wholeLength(HexFormat.of().parseHex(hex))).isEqualTo(whole);
    }
}
