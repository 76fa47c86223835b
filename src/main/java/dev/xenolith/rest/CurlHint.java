package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code curl -d} sends a form unless told otherwise; whoever meets that is shown the line that works. */
final class CurlHint {

    private CurlHint() {}

    static Problem unsupported(HttpServletRequest request, @Nullable String got, List<String> supported) {
        String expected = supported.isEmpty() ? "application/json" : String.join(" or ", supported);
        String url = request.getRequestURL().toString();
        String line = url.endsWith("/console")
                ? "curl -fsS --json '{\"line\": \"ls\"}' " + url
                : request.getMethod().equals("PATCH")
                        ? "curl -fsS -X PATCH -H 'Content-Type: application/merge-patch+json' -d '{…}' " + url
                        : url.endsWith("/boot-images") || url.endsWith("/v1/checkpoints")
                                ? "curl -fsS -X POST -T FILE '" + url + "?name=NAME'"
                                : "curl -fsS --json '{…}' " + url;
        return new Problem(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "expected " + expected + ", got " + (got == null ? "no Content-Type" : got) + "; try: " + line,
                Map.of("expected", supported, "example", line));
    }

    /** How a type is called in JSON. */
    static String typeName(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        if (type.isEnum()) {
            return "one of the listed words";
        }
        return "an object";
    }
}
