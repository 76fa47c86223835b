package dev.xenolith.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Values that are kept as JSON in a text column. */
@Component
class JsonText {

    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> OBJECTS = new TypeReference<>() {};

    private final JsonMapper json = JsonMapper.builder().build();

    String write(Object value) {
        return json.writeValueAsString(value);
    }

    @Nullable
    String writeOrNull(@Nullable Object value) {
        return value == null ? null : write(value);
    }

    <T> T read(String text, Class<T> type) {
        return json.readValue(text, type);
    }

    <T> @Nullable T readOrNull(@Nullable String text, Class<T> type) {
        return text == null ? null : read(text, type);
    }

    Map<String, String> strings(String text) {
        return json.readValue(text, STRINGS);
    }

    Map<String, Long> counts(String text) {
        return json.readValue(text, COUNTS);
    }

    Map<String, Object> objects(String text) {
        return json.readValue(text, OBJECTS);
    }
}
