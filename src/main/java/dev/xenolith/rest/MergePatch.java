package dev.xenolith.rest;

import dev.xenolith.control.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A merge patch (RFC 7396) of the two things that can be changed.
 *
 * @param name null where it stays
 * @param labels the labels that change; null as a value takes one away
 * @param dropLabels whether {@code labels} was null: all of them go
 */
record MergePatch(@Nullable String name, @Nullable Map<String, @Nullable String> labels, boolean dropLabels) {

    static final String MEDIA_TYPE = "application/merge-patch+json";

    /** Its shape for the OpenAPI document. */
    @Schema(name = "NameAndLabels")
    record Document(@Nullable String name, @Nullable Map<String, @Nullable String> labels) {}

    static MergePatch of(JsonNode body) {
        if (!body.isObject()) {
            throw ProblemException.field("", "expected an object");
        }
        for (String field : body.propertyNames()) {
            if (!field.equals("name") && !field.equals("labels")) {
                throw ProblemException.field("/" + field, "unknown field; known are labels, name");
            }
        }
        JsonNode labels = body.path("labels");
        return new MergePatch(name(body.path("name")), labels(labels), labels.isNull());
    }

    private static @Nullable String name(JsonNode name) {
        if (name.isMissingNode()) {
            return null;
        }
        if (!name.isString()) {
            throw ProblemException.field("/name", "expected a string");
        }
        return name.stringValue();
    }

    private static @Nullable Map<String, @Nullable String> labels(JsonNode labels) {
        if (labels.isMissingNode() || labels.isNull()) {
            return null;
        }
        if (!labels.isObject()) {
            throw ProblemException.field("/labels", "expected an object");
        }
        Map<String, @Nullable String> patch = new HashMap<>();
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            if (!label.getValue().isString() && !label.getValue().isNull()) {
                throw ProblemException.field("/labels/" + label.getKey(), "expected a string, or null to take it away");
            }
            patch.put(
                    label.getKey(),
                    label.getValue().isNull() ? null : label.getValue().stringValue());
        }
        return patch;
    }
}
