package dev.xenolith.engine.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xenolith.engine.ClockSpec;
import org.junit.jupiter.api.Test;

class DomainClockTest {

    private static final long HOUR = 3_600_000_000_000L;
    private static final ClockSpec REAL = new ClockSpec.Real();
    private static final ClockSpec.Virtual VIRTUAL = new ClockSpec.Virtual(300, 1_700_000_000, 7);

    @Test
    void showsOneTimeWhileFrozenAndIsBehindAfterwards() throws Exception {
        DomainClock clock = running();
        clock.freeze();
        long frozen = clock.systemTime();
        ClockState state = clock.state();
        Thread.sleep(5);
        assertThat(clock.systemTime()).isEqualTo(frozen);
        assertThat(clock.state()).isEqualTo(state);
        clock.thaw();
        assertThat(clock.behind()).isGreaterThanOrEqualTo(5_000_000);
        assertThat(clock.systemTime()).isGreaterThanOrEqualTo(frozen);
    }

    @Test
    void standsStillUntilItBeginsAndWhileItIsStopped() throws Exception {
        DomainClock clock = DomainClock.create(REAL);
        Thread.sleep(5);
        assertThat(clock.systemTime()).isZero();
        clock.thaw();
        assertThat(clock.behind()).isZero();
        clock.stop();
        Thread.sleep(5);
        clock.freeze();
        clock.thaw();
        assertThat(clock.behind()).isZero();
    }

    @Test
    void isBehindByTheTimeForWhichItWasSaved() {
        ClockState saved = saved(now() - HOUR);
        DomainClock clock = DomainClock.restore(saved);
        assertThat(clock.state()).isEqualTo(saved);
        clock.thaw();
        assertThat(clock.behind()).isBetween(HOUR, 2 * HOUR);
        assertThat(clock.systemTime()).isBetween(saved.systemTime(), HOUR);
    }

    @Test
    void makesUpForWhatItIsBehind() {
        DomainClock clock = DomainClock.restore(saved(now() - HOUR));
        clock.thaw();
        long behind = clock.behind();
        long before = clock.systemTime();
        long deadline = clock.hostDeadline(2 * HOUR);
        clock.makeUp(HOUR / 2);
        assertThat(clock.systemTime() - before).isGreaterThanOrEqualTo(HOUR / 2);
        assertThat(clock.behind()).isEqualTo(behind - HOUR / 2);
        assertThat(deadline - clock.hostDeadline(2 * HOUR)).isEqualTo(HOUR / 2);
    }

    @Test
    void theDateOfSystemTimeZeroHoldsWhateverItIsBehind() {
        long date = now() - HOUR;
        DomainClock clock = DomainClock.restore(saved(date));
        long zero = date - saved(date).systemTime();
        assertThat(clock.dateOfZero()).isCloseTo(zero, within(HOUR / 60));
        clock.thaw();
        assertThat(clock.dateOfZero()).isCloseTo(zero, within(HOUR / 60));
    }

    @Test
    void doesNotForgetWhatItIsBehindWhenSavedAgain() {
        DomainClock clock = DomainClock.restore(saved(now() - HOUR));
        clock.thaw();
        clock.makeUp(HOUR / 4);
        clock.freeze();
        DomainClock again = DomainClock.restore(clock.state());
        again.thaw();
        assertThat(again.behind()).isCloseTo(3 * HOUR / 4, within(HOUR / 60));
    }

    @Test
    void goesOnFromTheSavedTimeOnAHostWhoseClockIsBehind() {
        DomainClock clock = DomainClock.restore(saved(now() + HOUR));
        clock.thaw();
        assertThat(clock.behind()).isLessThan(HOUR);
        assertThat(clock.systemTime()).isBetween(123_456_789_000L, HOUR);
    }

    @Test
    void goesOnFromTheSavedTimeWhereItStoodStill() {
        DomainClock clock = DomainClock.restore(saved(ClockState.STANDING));
        clock.thaw();
        assertThat(clock.behind()).isZero();
        assertThat(clock.systemTime()).isBetween(123_456_789_000L, HOUR);
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000;
    }

    private static DomainClock running() throws InterruptedException {
        DomainClock clock = DomainClock.create(REAL);
        clock.thaw();
        Thread.sleep(5);
        assertThat(clock.systemTime()).isGreaterThanOrEqualTo(5_000_000);
        return clock;
    }

    private static ClockState saved(long date) {
        return new ClockState(REAL, 123_456_789_000L, date, 2_400_000, 99, 3, 5, 0);
    }

    @Test
    void takesVirtualTimeFromInstructionsWithoutLosingFractions() {
        DomainClock inOne = DomainClock.create(VIRTUAL);
        inOne.advance(1_000_000);
        DomainClock inMany = DomainClock.create(VIRTUAL);
        for (int i = 0; i < 1_000_000 / 7; i++) {
            inMany.advance(7);
        }
        inMany.advance(1_000_000 % 7);
        assertThat(inMany.state()).isEqualTo(inOne.state());
        assertThat(inOne.systemTime()).isEqualTo(1_000_000L * 1000 / 300);
    }

    @Test
    void saysHowManyInstructionsFitUntilADeadline() {
        DomainClock clock = DomainClock.create(VIRTUAL);
        clock.advance(1);
        long needed = clock.instructionsUntil(1_000);
        clock.advance(needed - 1);
        assertThat(clock.systemTime()).isLessThan(1_000);
        clock.advance(1);
        assertThat(clock.systemTime()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void jumpsOnlyForward() {
        DomainClock clock = DomainClock.create(VIRTUAL);
        clock.skipTo(5_000);
        clock.skipTo(4_000);
        assertThat(clock.systemTime()).isEqualTo(5_000);
        assertThat(clock.wallClock()).isEqualTo(1_700_000_000_000_005_000L);
    }

    @Test
    void refusesAVirtualRateOfZero() {
        assertThatThrownBy(() -> DomainClock.create(new ClockSpec.Virtual(0, 0, 0)))
                .hasMessage("instructionsPerMicrosecond: expected 1 to 1000000, got 0");
    }

    @Test
    void scalesANewDomainsTscExactly() {
        assertThat(TscScale.ofKhz(DomainClock.NOMINAL_KHZ)).isEqualTo(new TscScale(0x8000_0000, 1));
        assertThat(DomainClock.create(VIRTUAL).tscAt(987_654_321)).isEqualTo(987_654_321);
    }

    @Test
    void scalesAForeignRateAsAGuestUndoesIt() {
        long khz = 2_495_998;
        DomainClock clock = DomainClock.restore(new ClockState(REAL, 0, ClockState.STANDING, khz, 0, 1, 0, 0));
        TscScale scale = TscScale.ofKhz(khz);
        long ticks = clock.tscAt(3_000_000_000L);
        long shifted = scale.shift() < 0 ? ticks >> -scale.shift() : ticks << scale.shift();
        long nanos = Math.unsignedMultiplyHigh(shifted, Integer.toUnsignedLong(scale.mul()) << 32);
        assertThat(nanos).isBetween(2_999_999_990L, 3_000_000_010L);
    }
}
