package dev.xenolith.engine.sched;

import dev.xenolith.engine.ClockSpec;

/**
 * One domain's time.
 *
 * <p><em>System time</em> is nanoseconds since the domain began to live, and never goes back. As on Xen it passes while
 * the domain is paused, also in an image that lies somewhere: when the domain goes on, the guest finds that it has passed,
 * and if it counts its date from it, as Linux does, that is right. It stands still while the domain is stopped by itself,
 * to be told when it goes on; what moves then is the wall clock.
 *
 * <p>The TSC is derived from it. A new domain's TSC runs at 1 GHz, so that one tick is one nanosecond, pvclock needs no
 * rounding ({@code shift} 1, {@code mul} 2^31), and a guest that scales by hand makes no error. A domain restored from
 * elsewhere keeps the rate it was told.
 */
public abstract sealed class DomainClock permits RealClock, VirtualClock {

    /** The TSC rate of a domain built here. */
    public static final long NOMINAL_KHZ = 1_000_000;

    /** Of a domain that was never restored ({@code tsc_set_info} in {@code xen/arch/x86/time.c}). */
    public static final long FIRST_INCARNATION = 1;

    private final ClockSpec spec;
    private final long tscKhz;
    private final long tscOffset;
    private final long incarnation;

    DomainClock(ClockState state) {
        this.spec = state.spec();
        this.tscKhz = state.tscKhz();
        this.tscOffset = state.tscOffset();
        this.incarnation = state.incarnation();
    }

    /** The clock of a domain that begins to live, frozen. */
    public static DomainClock create(ClockSpec spec) {
        return restore(new ClockState(spec, 0, ClockState.STANDING, NOMINAL_KHZ, 0, FIRST_INCARNATION, 0, 0));
    }

    /** The clock goes on from {@code state}, frozen until {@link #thaw()}. */
    public static DomainClock restore(ClockState state) {
        return switch (state.spec()) {
            case ClockSpec.Real real -> new RealClock(state);
            case ClockSpec.Virtual virtual -> new VirtualClock(virtual, state);
        };
    }

    public final ClockSpec spec() {
        return spec;
    }

    public final long tscKhz() {
        return tscKhz;
    }

    /**
     * Counts the restores that the guest was told of: those of an image in Xen's format. One of ours, which the guest does
     * not notice, is not among them.
     */
    public final long incarnation() {
        return incarnation;
    }

    /** Nanoseconds the domain has lived. */
    public abstract long systemTime();

    /** Nanoseconds since the epoch, to the second for the guest. */
    public abstract long wallClock();

    /** Nanoseconds from the epoch to system time 0: whoever counts from there is right once nothing is behind. */
    public abstract long dateOfZero();

    /** Tells of {@code instructions} more that the domain's vcpus have retired. */
    public abstract void advance(long instructions);

    /** Instructions of all vcpus so far. */
    public abstract long retired();

    /** Shows the present time from now on. By what passes meanwhile it is {@link #behind} after {@link #thaw}. */
    public abstract void freeze();

    /** Time stands still from now on, unless it is frozen. */
    public abstract void stop();

    /** Time goes on from what it shows. */
    public abstract void thaw();

    /** Nanoseconds that have passed without the domain and that system time does not show yet. */
    public abstract long behind();

    /** System time jumps by so much of what it is behind. */
    public abstract void makeUp(long nanos);

    /** Whether idle time is skipped instead of waited for. */
    public abstract boolean isVirtual();

    /** Every vcpu idles until {@code systemTime}: a virtual clock jumps there, a real one does not. */
    public abstract void skipTo(long systemTime);

    /** The {@link System#nanoTime()} at which system time will be {@code systemTime}. */
    public abstract long hostDeadline(long systemTime);

    /** How many instructions fit until {@code systemTime}, at least 1. A real clock sets no such limit. */
    public abstract long instructionsUntil(long systemTime);

    /** What {@code rdtsc} shows at a system time. */
    public final long tscAt(long systemTime) {
        if (tscKhz == NOMINAL_KHZ) {
            return systemTime + tscOffset;
        }
        long millis = systemTime / 1_000_000;
        long nanos = systemTime % 1_000_000;
        return millis * tscKhz + nanos * tscKhz / 1_000_000 + tscOffset;
    }

    public abstract ClockState state();

    final ClockState state(long systemTime, long date, long retired, long remainder) {
        return new ClockState(spec, systemTime, date, tscKhz, tscOffset, incarnation, retired, remainder);
    }
}
