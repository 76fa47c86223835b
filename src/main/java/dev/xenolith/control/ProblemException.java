package dev.xenolith.control;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request that cannot be done, with the reason the caller gets. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.type().wire() + ": " + problem.detail());
        this.problem = problem;
    }

    public ProblemException(ProblemType type, String detail, Map<String, Object> members) {
        this(new Problem(type, detail, members));
    }

    public Problem problem() {
        return problem;
    }

    /** A wrong field of a JSON body, named by its JSON pointer. */
    public static ProblemException field(String pointer, String detail) {
        return invalid("pointer", pointer, detail);
    }

    /** A wrong query parameter. */
    public static ProblemException parameter(String parameter, String detail) {
        return invalid("parameter", parameter, detail);
    }

    public static ProblemException header(String header, String detail) {
        return invalid("header", header, detail);
    }

    private static ProblemException invalid(String where, String name, String detail) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put(where, name);
        error.put("detail", detail);
        return new ProblemException(
                ProblemType.INVALID_REQUEST,
                (where.equals("pointer") && name.isEmpty() ? "body" : name) + ": " + detail,
                Map.of("errors", List.of(error)));
    }

    public static ProblemException notFound(String kind, String reference) {
        return new ProblemException(
                ProblemType.NOT_FOUND,
                "no " + kind + " has the id or name " + reference,
                Map.of("kind", kind, "reference", reference));
    }

    public static ProblemException nameTaken(String kind, String name, String hint) {
        return new ProblemException(
                ProblemType.NAME_TAKEN, "a " + kind + " named " + name + " exists; " + hint, Map.of("name", name));
    }

    public static ProblemException limit(String limit, long maximum, long value) {
        return new ProblemException(
                ProblemType.LIMIT_EXCEEDED,
                limit + ": at most " + maximum + ", got " + value,
                Map.of("limit", limit, "maximum", maximum, "value", value));
    }

    public static ProblemException cancelled(String detail) {
        return new ProblemException(ProblemType.CANCELLED, detail, Map.of());
    }
}
