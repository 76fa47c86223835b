package dev.xenolith.control;

import java.util.Map;

/**
 * What went wrong, in a form that can be stored with an operation and answered later.
 *
 * @param members what a program may act on besides the type: the state, the limit, the pointer …
 */
public record Problem(ProblemType type, String detail, Map<String, Object> members) {

    public Problem {
        members = Map.copyOf(members);
    }
}
