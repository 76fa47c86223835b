package dev.xenolith.engine.sched;

/** Time from the host's clocks: monotonic for system time, wall for the date. */
final class RealClock extends DomainClock {

    /** The {@code nanoTime} of system time 0, but for what system time is behind. */
    private long origin;

    private long behind;

    private boolean frozen = true;
    private long frozenAt;
    /** The date that belongs to it, or {@link ClockState#STANDING}. */
    private long frozenDate;

    private long retired;

    RealClock(ClockState state) {
        super(state);
        frozenAt = state.systemTime();
        frozenDate = state.date();
        long passed = isStanding() ? 0 : Math.max(0, wallClock() - frozenDate);
        origin = System.nanoTime() - frozenAt - passed;
        retired = state.retired();
    }

    private boolean isStanding() {
        return frozenDate == ClockState.STANDING;
    }

    @Override
    public long systemTime() {
        return frozen ? frozenAt : System.nanoTime() - origin - behind;
    }

    @Override
    public long wallClock() {
        return System.currentTimeMillis() * 1_000_000;
    }

    @Override
    public long dateOfZero() {
        return wallClock() - (frozen && isStanding() ? frozenAt : System.nanoTime() - origin);
    }

    @Override
    public void advance(long instructions) {
        retired += instructions;
    }

    @Override
    public long retired() {
        return retired;
    }

    @Override
    public void freeze() {
        halt(wallClock() - behind);
    }

    @Override
    public void stop() {
        halt(ClockState.STANDING);
    }

    private void halt(long date) {
        if (!frozen) {
            frozenAt = systemTime();
            frozenDate = date;
            frozen = true;
        }
    }

    @Override
    public void thaw() {
        if (!frozen) {
            return;
        }
        frozen = false;
        long now = System.nanoTime();
        if (isStanding()) {
            origin = now - frozenAt;
        }
        behind = now - origin - frozenAt;
    }

    @Override
    public long behind() {
        return frozen ? 0 : behind;
    }

    @Override
    public void makeUp(long nanos) {
        behind -= nanos;
    }

    @Override
    public boolean isVirtual() {
        return false;
    }

    @Override
    public void skipTo(long systemTime) {
        // Real time passes by itself.
    }

    @Override
    public long hostDeadline(long systemTime) {
        return origin + behind + systemTime;
    }

    @Override
    public long instructionsUntil(long systemTime) {
        return Long.MAX_VALUE;
    }

    @Override
    public ClockState state() {
        return state(systemTime(), frozen ? frozenDate : wallClock() - behind, retired, 0);
    }
}
