package dev.xenolith.engine.sched;

import dev.xenolith.engine.ClockSpec;

/**
 * Time from the domain's own work: each retired instruction takes {@code 1000 / instructionsPerMicrosecond}
 * nanoseconds, idling takes none. Nothing here reads a clock of the host, so a run can be repeated to the bit.
 */
final class VirtualClock extends DomainClock {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final ClockSpec.Virtual spec;
    private long systemTime;
    private long retired;

    /** Nanoseconds times instructionsPerMicrosecond that are not a whole nanosecond yet. */
    private long remainder;

    VirtualClock(ClockSpec.Virtual spec, ClockState state) {
        super(state);
        if (spec.instructionsPerMicrosecond() < 1 || spec.instructionsPerMicrosecond() > 1_000_000) {
            throw new IllegalArgumentException(
                    "instructionsPerMicrosecond: expected 1 to 1000000, got " + spec.instructionsPerMicrosecond());
        }
        this.spec = spec;
        systemTime = state.systemTime();
        retired = state.retired();
        remainder = state.remainder();
    }

    @Override
    public long systemTime() {
        return systemTime;
    }

    @Override
    public long wallClock() {
        return spec.wallClockEpochSeconds() * NANOS_PER_SECOND + systemTime;
    }

    @Override
    public long dateOfZero() {
        return wallClock() - systemTime;
    }

    @Override
    public void advance(long instructions) {
        retired += instructions;
        long total = remainder + instructions * 1000;
        systemTime += total / spec.instructionsPerMicrosecond();
        remainder = total % spec.instructionsPerMicrosecond();
    }

    @Override
    public long retired() {
        return retired;
    }

    @Override
    public void freeze() {
        // Stands still whenever no instruction retires.
    }

    @Override
    public void stop() {
        // As freeze.
    }

    @Override
    public void thaw() {
        // Goes on with the next instruction.
    }

    @Override
    public long behind() {
        return 0;
    }

    @Override
    public void makeUp(long nanos) {
        // Never behind.
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public void skipTo(long then) {
        if (then > systemTime) {
            systemTime = then;
            remainder = 0;
        }
    }

    @Override
    public long hostDeadline(long then) {
        return DomainTurn.AGAIN;
    }

    @Override
    public long instructionsUntil(long then) {
        long nanos = then - systemTime;
        if (nanos <= 0) {
            return 1;
        }
        if (nanos > Long.MAX_VALUE / spec.instructionsPerMicrosecond()) {
            return Long.MAX_VALUE;
        }
        long needed = nanos * spec.instructionsPerMicrosecond() - remainder;
        return Math.max(1, (needed + 999) / 1000);
    }

    @Override
    public ClockState state() {
        return state(systemTime, ClockState.STANDING, retired, remainder);
    }
}
