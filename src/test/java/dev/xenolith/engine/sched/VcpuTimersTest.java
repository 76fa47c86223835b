package dev.xenolith.engine.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VcpuTimersTest {

    private final VcpuTimers timers = new VcpuTimers();

    @Test
    void hasNoDeadlineAtFirst() {
        assertThat(timers.next()).isEqualTo(VcpuTimers.OFF);
        assertThat(timers.takeTimerEvent(Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    void firesTheSingleshotOnceAndNotBefore() {
        timers.setSingleshot(100);
        assertThat(timers.takeTimerEvent(99)).isFalse();
        assertThat(timers.takeTimerEvent(100)).isTrue();
        assertThat(timers.takeTimerEvent(101)).isFalse();
    }

    @Test
    void givesOneEventForPeriodsMissedAndKeepsThePhase() {
        timers.setPeriodic(10, 5);
        assertThat(timers.next()).isEqualTo(15);
        assertThat(timers.takeTimerEvent(47)).isTrue();
        assertThat(timers.next()).isEqualTo(55);
    }

    @Test
    void keepsThePollTimeoutApartFromTimerEvents() {
        timers.setPoll(50);
        assertThat(timers.takeTimerEvent(60)).isFalse();
        assertThat(timers.takePollTimeout(49)).isFalse();
        assertThat(timers.takePollTimeout(50)).isTrue();
        assertThat(timers.takePollTimeout(51)).isFalse();
    }

    @Test
    void comesBackFromItsState() {
        timers.setSingleshot(7);
        timers.setPeriodic(3, 1);
        timers.setPoll(9);
        VcpuTimers copy = new VcpuTimers();
        copy.restore(timers.state());
        assertThat(copy.state()).isEqualTo(timers.state());
    }

    @Test
    void countsTimeByRunstate() {
        Runstate runstate = new Runstate(Runstate.RUNNABLE, 10);
        assertThat(runstate.enter(Runstate.RUNNING, 15)).isTrue();
        assertThat(runstate.enter(Runstate.RUNNING, 17)).isFalse();
        runstate.enter(Runstate.BLOCKED, 30);
        assertThat(runstate.spent(Runstate.RUNNABLE)).isEqualTo(5);
        assertThat(runstate.spent(Runstate.RUNNING)).isEqualTo(15);
        assertThat(runstate.spent(Runstate.BLOCKED, 34)).isEqualTo(4);
    }

    @Test
    void hasTwoWatchdogs() {
        Watchdogs watchdogs = new Watchdogs();
        assertThat(watchdogs.start(5)).isEqualTo(1);
        assertThat(watchdogs.start(3)).isEqualTo(2);
        assertThat(watchdogs.start(4)).isZero();
        assertThat(watchdogs.next()).isEqualTo(3);
        watchdogs.stop(2);
        assertThat(watchdogs.isUsed(2)).isFalse();
        assertThat(watchdogs.next()).isEqualTo(5);
    }
}
