package dev.xenolith.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.control.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    wait=30                 | 30
                    WAIT=30                 | 30
                    respond-async, wait=5   | 5
                    wait=0                  | 0
                    wait=999                | 120
                    """)
    void readsTheSeconds(String header, int seconds) {
        assertThat(Prefer.parse(header).waitSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "respond-async", "return=minimal, handling=lenient"})
    void otherPreferencesAreNobodysBusiness(String header) {
        assertThat(Prefer.parse(header).waits()).isFalse();
    }

    @Test
    void noHeaderIsNoPreference() {
        assertThat(Prefer.parse(null).waits()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "wait=99999999999"})
    void refusesAWaitThatIsNoNumber(String header) {
        assertThatThrownBy(() -> Prefer.parse(header))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Prefer");
    }
}
