package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.sched.ClockState;
import dev.xenolith.engine.sched.DomainClock;

/**
 * The clock of a restored domain: system time, TSC and instruction count go on from where they stood, wherever time comes
 * from now. A real clock that goes on as a real one has passed meanwhile, unless the restore is to keep the time.
 */
final class ClockRestore {

    /** Above any rate a guest was ever told, 100 GHz; keeps products of it in a long. */
    private static final long KHZ_MAX = 100_000_000;

    /** 73 years, and the year 2116: sums of the two stay in a long. */
    private static final long NANOS_MAX = 1L << 61;

    private static final long DATE_MAX = 1L << 62;

    private ClockRestore() {}

    static DomainClock of(ClockState saved, ClockSpec spec, boolean keepTime, long offset) {
        require(
                saved.systemTime() >= 0 && saved.systemTime() <= NANOS_MAX,
                offset,
                "a system time of 0 to 2^61 ns",
                saved.systemTime());
        require(saved.date() >= 0 && saved.date() <= DATE_MAX, offset, "a date of 0 to 2^62 ns", saved.date());
        require(saved.retired() >= 0, offset, "an instruction count of at least 0", saved.retired());
        require(saved.tscKhz() > 0 && saved.tscKhz() <= KHZ_MAX, offset, "a TSC of 1 to 10^8 kHz", saved.tscKhz());
        require(saved.incarnation() >>> 32 == 0, offset, "an incarnation of 32 bits", saved.incarnation());
        boolean passes = !keepTime && saved.spec() instanceof ClockSpec.Real && spec instanceof ClockSpec.Real;
        return DomainClock.restore(new ClockState(
                spec,
                saved.systemTime(),
                passes ? saved.date() : ClockState.STANDING,
                saved.tscKhz(),
                saved.tscOffset(),
                saved.incarnation(),
                saved.retired(),
                remainder(saved, spec)));
    }

    /** Part of a nanosecond: only an equal rate can count on from it. */
    private static long remainder(ClockState saved, ClockSpec spec) {
        boolean fits = spec instanceof ClockSpec.Virtual virtual
                && saved.remainder() >= 0
                && saved.remainder() < virtual.instructionsPerMicrosecond();
        return fits ? saved.remainder() : 0;
    }

    private static void require(boolean holds, long offset, String expected, long got) {
        if (!holds) {
            throw new ImageCorruptException("context DOMAIN", offset, expected, Long.toString(got));
        }
    }
}
