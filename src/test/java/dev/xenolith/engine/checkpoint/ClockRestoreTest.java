package dev.xenolith.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.sched.ClockState;
import dev.xenolith.engine.sched.DomainClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockRestoreTest {

    private static final ClockSpec REAL = new ClockSpec.Real();
    private static final ClockSpec VIRTUAL = new ClockSpec.Virtual(1000, 0, 1);
    private static final long HOUR = 3_600_000_000_000L;

    @Test
    void aRealClockIsBehindByTheTimeInTheImage() {
        assertThat(behind(state(REAL, HOUR, anHourAgo()), REAL, false)).isBetween(HOUR, 2 * HOUR);
    }

    @Test
    void noTimeHasPassedWhereItIsToBeKeptOrComesFromInstructions() {
        assertThat(behind(state(REAL, HOUR, anHourAgo()), REAL, true)).isZero();
        assertThat(behind(state(REAL, HOUR, anHourAgo()), VIRTUAL, false)).isZero();
        assertThat(behind(state(VIRTUAL, HOUR, anHourAgo()), REAL, false)).isZero();
        assertThat(behind(state(REAL, HOUR, ClockState.STANDING), REAL, false)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, (1L << 62) + 1, Long.MAX_VALUE})
    void aDateBeyondReasonIsDamage(long date) {
        assertDamage(state(REAL, 0, date), "a date of 0 to 2^62 ns");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, (1L << 61) + 1, Long.MAX_VALUE})
    void aSystemTimeBeyondReasonIsDamage(long systemTime) {
        assertDamage(state(REAL, systemTime, 0), "a system time of 0 to 2^61 ns");
    }

    @Test
    void theExtremesDoNotOverflow() {
        long oldest = behind(state(REAL, 1L << 61, 1), REAL, false);
        assertThat(oldest).isPositive();
        assertThat((1L << 61) + oldest).isPositive();
        assertThat(behind(state(REAL, 1L << 61, 1L << 62), REAL, false)).isLessThan(HOUR);
    }

    private static void assertDamage(ClockState saved, String expected) {
        assertThatExceptionOfType(ImageCorruptException.class)
                .isThrownBy(() -> ClockRestore.of(saved, REAL, false, 0x40))
                .withMessageContaining(expected);
    }

    private static long behind(ClockState saved, ClockSpec spec, boolean keepTime) {
        DomainClock clock = ClockRestore.of(saved, spec, keepTime, 0);
        clock.thaw();
        return clock.behind();
    }

    private static ClockState state(ClockSpec spec, long systemTime, long date) {
        return new ClockState(spec, systemTime, date, 1_000_000, 0, 1, 0, 0);
    }

    private static long anHourAgo() {
        return System.currentTimeMillis() * 1_000_000 - HOUR;
    }
}
