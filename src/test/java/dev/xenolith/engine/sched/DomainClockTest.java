package dev.xenolith.engine.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xenolith.engine.ClockSpec;
import org.junit.jupiter.api.Test;

class DomainClockTest {

    private static final ClockSpec.Virtual VIRTUAL = new ClockSpec.Virtual(300, 1_700_000_000, 7);

    @Test
    void standsStillWhileFrozen() throws Exception {
        DomainClock clock = DomainClock.create(new ClockSpec.Real());
        Thread.sleep(5);
        assertThat(clock.systemTime()).isZero();
        clock.thaw();
        Thread.sleep(5);
        assertThat(clock.systemTime()).isGreaterThanOrEqualTo(5_000_000);
        clock.freeze();
        long frozen = clock.systemTime();
        Thread.sleep(5);
        assertThat(clock.systemTime()).isEqualTo(frozen);
    }

    @Test
    void goesOnFromTheSavedSystemTime() {
        ClockState saved = new ClockState(new ClockSpec.Real(), 123_456_789_000L, 2_400_000, 99, 3, 5, 0);
        DomainClock clock = DomainClock.restore(saved);
        assertThat(clock.state()).isEqualTo(saved);
        clock.thaw();
        assertThat(clock.systemTime()).isBetween(123_456_789_000L, 133_456_789_000L);
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
        DomainClock clock = DomainClock.restore(new ClockState(new ClockSpec.Real(), 0, khz, 0, 1, 0, 0));
        TscScale scale = TscScale.ofKhz(khz);
        long ticks = clock.tscAt(3_000_000_000L);
        long shifted = scale.shift() < 0 ? ticks >> -scale.shift() : ticks << scale.shift();
        long nanos = Math.unsignedMultiplyHigh(shifted, Integer.toUnsignedLong(scale.mul()) << 32);
        assertThat(nanos).isBetween(2_999_999_990L, 3_000_000_010L);
    }
}
