package dev.xenolith.engine;

/**
 * Where a domain's time comes from: the host's clocks, or its own retired instructions.
 *
 * <p>With virtual time a run is repeatable to the bit: system time is {@code retired * 1000 / instructionsPerMicrosecond}
 * nanoseconds, and when every vcpu idles it jumps to the next timer.
 */
public sealed interface ClockSpec {

    record Real() implements ClockSpec {}

    record Virtual(long instructionsPerMicrosecond, long wallClockEpochSeconds, long seed) implements ClockSpec {}
}
