package dev.xenolith.rest;

import dev.xenolith.control.Clock;
import dev.xenolith.control.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A domain's clock as callers see and choose it. */
@Schema(name = "Clock")
record ClockView(
        @Schema(
                description =
                        "real: the host's time. virtual: counted in the domain's instructions, and jumping to the next"
                                + " timer while it idles, so a run is repeatable and no sleep takes long",
                allowableValues = {"real", "virtual"},
                defaultValue = "real")
        @Nullable
        String mode,

        @Schema(description = "With virtual: another seed, another run", nullable = true) @Nullable
        Long seed) {

    static ClockView of(Clock clock) {
        return new ClockView(clock.mode().wire(), clock.mode() == Clock.Mode.VIRTUAL ? clock.seed() : null);
    }

    Clock toClock() {
        Clock.Mode chosen = Arrays.stream(Clock.Mode.values())
                .filter(known -> known.wire().equals(mode))
                .findFirst()
                .orElseThrow(() -> ProblemException.field("/clock/mode", "expected real or virtual, got " + mode));
        if (chosen == Clock.Mode.REAL && seed != null) {
            throw ProblemException.field("/clock/seed", "expected a seed with mode virtual only, got one with real");
        }
        return new Clock(chosen, seed == null ? 0 : seed);
    }
}
