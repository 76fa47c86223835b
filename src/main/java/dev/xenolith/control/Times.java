package dev.xenolith.control;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times are kept to the microsecond, which is what databases keep too. */
final class Times {

    private Times() {}

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
