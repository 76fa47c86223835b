package dev.xenolith.rest;

import dev.xenolith.control.Cursor;
import dev.xenolith.control.Listing;
import dev.xenolith.control.ProblemException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query parameters that every list has. */
final class Lists {

    static final String DEFAULT_LIMIT = "50";
    static final int LARGEST_LIMIT = 500;

    private Lists() {}

    static Listing of(
            int limit,
            @Nullable String cursor,
            @Nullable String state,
            Collection<String> states,
            @Nullable String name,
            @Nullable String label) {
        if (state != null && !states.contains(state)) {
            throw ProblemException.parameter(
                    "state", "expected one of " + String.join(", ", states) + ", got " + state);
        }
        return new Listing(checkLimit(limit), cursor == null ? null : Cursor.decode(cursor), state, name, label(label));
    }

    static int checkLimit(int limit) {
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw ProblemException.parameter("limit", "expected 1 to " + LARGEST_LIMIT + ", got " + limit);
        }
        return limit;
    }

    /** The cursor of a list whose places are numbers; 0 where it begins. */
    static long numberCursor(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (!cursor.matches("\\d{1,18}")) {
            throw ProblemException.parameter("cursor", "expected a nextCursor of an earlier answer, got " + cursor);
        }
        return Long.parseLong(cursor);
    }

    private static Map.@Nullable Entry<String, String> label(@Nullable String label) {
        if (label == null) {
            return null;
        }
        int colon = label.indexOf(':');
        if (colon < 1) {
            throw ProblemException.parameter("label", "expected KEY:VALUE, got " + label);
        }
        return Map.entry(label.substring(0, colon), label.substring(colon + 1));
    }
}
