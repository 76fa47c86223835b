package dev.xenolith.engine.sched;

/** Time from the host's clocks: monotonic for system time, wall for the date. */
final class RealClock extends DomainClock {

    /** While thawed: the {@code nanoTime} of system time 0. While frozen: unused. */
    private long origin;

    private long frozenAt;
    private boolean frozen = true;
    private long retired;

    RealClock(ClockState state) {
        super(state);
        frozenAt = state.systemTime();
        retired = state.retired();
    }

    @Override
    public long systemTime() {
        return frozen ? frozenAt : System.nanoTime() - origin;
    }

    @Override
    public long wallClock() {
        return System.currentTimeMillis() * 1_000_000;
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
        frozenAt = systemTime();
        frozen = true;
    }

    @Override
    public void thaw() {
        if (frozen) {
            origin = System.nanoTime() - frozenAt;
            frozen = false;
        }
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
        return origin + systemTime;
    }

    @Override
    public long instructionsUntil(long systemTime) {
        return Long.MAX_VALUE;
    }

    @Override
    public ClockState state() {
        return state(systemTime(), retired, 0);
    }
}
