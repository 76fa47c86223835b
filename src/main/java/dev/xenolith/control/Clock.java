package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.xenolith.engine.ClockSpec;
import java.util.Locale;

/**
 * Where a domain's time comes from. Virtual time is counted in the domain's own instructions and jumps to the next timer
 * while it idles, so a run is repeatable, and nobody waits for a sleeping guest.
 *
 * @param seed of what is random in a run of virtual time; 0 with the real clock
 */
public record Clock(Mode mode, long seed) {

    public static final Clock REAL = new Clock(Mode.REAL, 0);

    /** A guest's 1 GHz, about what it would see of real time. */
    private static final long INSTRUCTIONS_PER_MICROSECOND = 1000;
    /** 2026-01-01T00:00:00Z: every run begins at the same time. */
    private static final long EPOCH_SECONDS = 1_767_225_600;

    /** The host's clocks, or the domain's instructions. */
    public enum Mode {
        REAL,
        VIRTUAL;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    ClockSpec spec() {
        return switch (mode) {
            case REAL -> new ClockSpec.Real();
            case VIRTUAL -> new ClockSpec.Virtual(INSTRUCTIONS_PER_MICROSECOND, EPOCH_SECONDS, seed);
        };
    }
}
