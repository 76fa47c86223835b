package dev.xenolith.engine.sched;

import dev.xenolith.engine.ClockSpec;

/**
 * A domain's clock at rest.
 *
 * @param systemTime nanoseconds the domain has lived
 * @param date nanoseconds since the epoch at that system time, from which it goes on without the domain; {@link
 *     #STANDING} where it does not
 * @param tscKhz the rate the guest was told
 * @param tscOffset what the TSC shows at system time 0
 * @param retired instructions of all vcpus up to now
 * @param incarnation how often the domain was made or restored as Xen counts it: 1 for a new one
 * @param remainder instructions that have not made up a nanosecond yet, times 1000 (virtual clock only)
 */
public record ClockState(
        ClockSpec spec,
        long systemTime,
        long date,
        long tscKhz,
        long tscOffset,
        long incarnation,
        long retired,
        long remainder) {

    /** Time goes on when the domain does: it has not begun yet, was stopped, or comes from instructions. */
    public static final long STANDING = 0;
}
