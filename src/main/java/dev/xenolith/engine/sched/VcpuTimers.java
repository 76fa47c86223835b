package dev.xenolith.engine.sched;

/**
 * The deadlines of one vcpu, in system time: the singleshot timer, the periodic timer and the timeout of a poll.
 *
 * <p>Plain fields, looked at once a turn: with a handful of vcpus a scan beats a heap.
 */
public final class VcpuTimers {

    public static final long OFF = Long.MAX_VALUE;

    private long singleshot = OFF;
    private long period;
    private long periodicLast;
    private long poll = OFF;

    /** @param period nanoseconds, 0 when the periodic timer is off */
    public record State(long singleshot, long period, long periodicLast, long poll) {}

    public void setSingleshot(long deadline) {
        singleshot = deadline;
    }

    public void stopSingleshot() {
        singleshot = OFF;
    }

    public void setPeriodic(long newPeriod, long now) {
        period = newPeriod;
        periodicLast = now;
    }

    public void setPoll(long deadline) {
        poll = deadline;
    }

    public void stopPoll() {
        poll = OFF;
    }

    /** The earliest deadline, {@link #OFF} if there is none. */
    public long next() {
        return Math.min(Math.min(singleshot, poll), period == 0 ? OFF : periodicLast + period);
    }

    /** Whether a timer event is due; takes it, so a second ask says no. Periods that were missed give one event. */
    public boolean takeTimerEvent(long now) {
        boolean due = false;
        if (singleshot <= now) {
            singleshot = OFF;
            due = true;
        }
        if (period != 0 && now - periodicLast >= period) {
            periodicLast += (now - periodicLast) / period * period;
            due = true;
        }
        return due;
    }

    /** Whether the poll's timeout is due; takes it. */
    public boolean takePollTimeout(long now) {
        if (poll > now) {
            return false;
        }
        poll = OFF;
        return true;
    }

    public State state() {
        return new State(singleshot, period, periodicLast, poll);
    }

    public void restore(State state) {
        singleshot = state.singleshot();
        period = state.period();
        periodicLast = state.periodicLast();
        poll = state.poll();
    }
}
