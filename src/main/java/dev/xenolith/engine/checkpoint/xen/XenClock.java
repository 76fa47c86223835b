package dev.xenolith.engine.checkpoint.xen;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.sched.ClockState;
import dev.xenolith.engine.sched.DomainClock;
import dev.xenolith.engine.stream.RecordEntry;
import dev.xenolith.engine.stream.TscInfo;
import org.jspecify.annotations.Nullable;

/**
 * The clock of X86_TSC_INFO ({@code tsc_set_info} in {@code xen/arch/x86/time.c}): the TSC goes on at the rate the guest
 * was told from the nanoseconds it had reached, and so does system time. The guest looks at both anew when it resumes; the
 * incarnation tells it that it has to.
 */
final class XenClock {

    /** Far above any rate a guest was ever told, 100 GHz. */
    private static final long KHZ_MAX = 100_000_000;

    /** 36 years. */
    private static final long NSEC_MAX = 1L << 60;

    /** Default, always emulated, never emulated; here the TSC always is. */
    private static final int MODE_MAX = 2;

    private XenClock() {}

    /** Frozen. */
    static DomainClock of(ClockSpec spec, @Nullable TscInfo tsc, @Nullable RecordEntry record) {
        if (tsc == null || record == null) {
            return DomainClock.create(spec);
        }
        Damage.require(tsc.mode() >= 0 && tsc.mode() <= MODE_MAX, record, "a mode from 0 to 2", tsc.mode());
        Damage.require(tsc.khz() <= KHZ_MAX, record, "a rate of at most 10^8 kHz", tsc.khz());
        Damage.require(
                tsc.nsec() >= 0 && tsc.nsec() <= NSEC_MAX,
                record,
                "at most 2^60 nanoseconds",
                Long.toUnsignedString(tsc.nsec()));
        long khz = tsc.khz() == 0 ? DomainClock.NOMINAL_KHZ : tsc.khz();
        return DomainClock.restore(
                new ClockState(spec, tsc.nsec(), ClockState.STANDING, khz, 0, next(tsc.incarnation()), 0, 0));
    }

    /** In 32 bits, as Xen counts. */
    private static long next(long incarnation) {
        return (incarnation + 1) & 0xffff_ffffL;
    }
}
