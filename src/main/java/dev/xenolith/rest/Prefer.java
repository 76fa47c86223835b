package dev.xenolith.rest;

import dev.xenolith.control.ProblemException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one preference that is understood (RFC 7240): {@code wait=N}, the seconds a caller is willing to wait.
 *
 * @param waitSeconds null where the caller did not say
 */
record Prefer(@Nullable Integer waitSeconds) {

    static final int LONGEST_WAIT_SECONDS = 120;
    static final String HEADER = "Prefer";
    static final String APPLIED = "Preference-Applied";

    static Prefer parse(@Nullable String header) {
        if (header == null) {
            return new Prefer(null);
        }
        for (String part : header.split(",", -1)) {
            String preference = part.strip().toLowerCase(Locale.ROOT);
            if (preference.startsWith("wait=") || preference.equals("wait")) {
                return new Prefer(seconds(preference));
            }
        }
        return new Prefer(null);
    }

    private static int seconds(String preference) {
        String digits = preference.equals("wait")
                ? ""
                : preference.substring("wait=".length()).strip();
        if (!digits.matches("\\d{1,6}")) {
            throw ProblemException.header(HEADER, "expected wait=SECONDS, got " + preference);
        }
        return Math.min(LONGEST_WAIT_SECONDS, Integer.parseInt(digits));
    }

    boolean waits() {
        return waitSeconds != null;
    }

    Duration time() {
        return Duration.ofSeconds(waitSeconds == null ? 0 : waitSeconds);
    }

    /** The value of {@code Preference-Applied}. */
    String applied() {
        return "wait=" + waitSeconds;
    }
}
