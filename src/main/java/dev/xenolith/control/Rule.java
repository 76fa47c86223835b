package dev.xenolith.control;

import org.jspecify.annotations.Nullable;

/** What one action does in one state. */
public sealed interface Rule {

    /** Nothing to do: answered 200 with nothing changed. */
    record Unchanged() implements Rule {}

    /**
     * @param status the HTTP status of the answer
     * @param becomes the state afterwards, in the words of the docs
     */
    record Allowed(int status, String becomes) implements Rule {}

    /** Answered 409 wrong-state, with the action that would help. */
    record Refused(@Nullable Action hint) implements Rule {}
}
