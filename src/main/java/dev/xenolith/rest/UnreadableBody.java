package dev.xenolith.rest;

import dev.xenolith.control.Problem;
import dev.xenolith.control.ProblemException;
import dev.xenolith.control.ProblemType;
import java.util.Map;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says which field of a JSON body is wrong and what was expected there. */
final class UnreadableBody {

    private UnreadableBody() {}

    static Problem explain(HttpMessageNotReadableException thrown) {
        if (BodyLimit.isExceeded(thrown)) {
            return BodyLimit.problem(thrown).problem();
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException json) {
                return explain(json).problem();
            }
        }
        return new Problem(ProblemType.INVALID_REQUEST, "expected a JSON body", Map.of());
    }

    private static ProblemException explain(JacksonException thrown) {
        String pointer = pointer(thrown);
        return switch (thrown) {
            case UnrecognizedPropertyException e ->
                ProblemException.field(pointer, "unknown field; known are " + String.join(", ", known(e)));
            case InvalidFormatException e ->
                ProblemException.field(
                        pointer, "expected " + CurlHint.typeName(e.getTargetType()) + ", got " + e.getValue());
            case MismatchedInputException e -> ProblemException.field(pointer, mismatch(e));
            case StreamReadException e ->
                ProblemException.field(pointer, "malformed JSON: " + e.getOriginalMessage() + place(e));
            default -> ProblemException.field(pointer, thrown.getOriginalMessage());
        };
    }

    private static Iterable<String> known(UnrecognizedPropertyException thrown) {
        return thrown.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .sorted()
                .toList();
    }

    private static String mismatch(MismatchedInputException thrown) {
        Class<?> wanted = thrown.getTargetType();
        return wanted == null ? thrown.getOriginalMessage() : "expected " + CurlHint.typeName(wanted);
    }

    private static String place(JacksonException thrown) {
        return thrown.getLocation() == null
                ? ""
                : " at line " + thrown.getLocation().getLineNr() + ", column "
                        + thrown.getLocation().getColumnNr();
    }

    /** RFC 6901. */
    private static String pointer(JacksonException thrown) {
        StringBuilder pointer = new StringBuilder();
        for (JacksonException.Reference reference : thrown.getPath()) {
            String name = reference.getPropertyName();
            pointer.append('/');
            pointer.append(
                    name == null
                            ? Integer.toString(reference.getIndex())
                            : name.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }
}
