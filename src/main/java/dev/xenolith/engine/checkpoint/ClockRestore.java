package dev.xenolith.engine.checkpoint;

import dev.xenolith.engine.ClockSpec;
import dev.xenolith.engine.ImageCorruptException;
import dev.xenolith.engine.sched.ClockState;
import dev.xenolith.engine.sched.DomainClock;

/**
 * The clock of a restored domain: system time, TSC and instruction count go on from where they stood, wherever time comes
 * from now.
 */
final class ClockRestore {

    /** Above any rate a guest was ever told, 100 GHz; keeps products of it in a long. */
    private static final long KHZ_MAX = 100_000_000;

    private ClockRestore() {}

    static DomainClock of(ClockState saved, ClockSpec spec, long offset) {
        require(saved.systemTime() >= 0, offset, "a system time of at least 0", saved.systemTime());
        require(saved.retired() >= 0, offset, "an instruction count of at least 0", saved.retired());
        require(saved.tscKhz() > 0 && saved.tscKhz() <= KHZ_MAX, offset, "a TSC of 1 to 10^8 kHz", saved.tscKhz());
        require(saved.incarnation() >>> 32 == 0, offset, "an incarnation of 32 bits", saved.incarnation());
        return DomainClock.restore(new ClockState(
                spec,
                saved.systemTime(),
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
