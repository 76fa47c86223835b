package dev.xenolith.control;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Free key and value pairs on domains and checkpoints; the server never acts on them. */
final class Labels {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final int VALUE_MAXIMUM = 255;

    private Labels() {}

    static Map<String, String> checked(@Nullable Map<String, @Nullable String> labels, int maximum) {
        Map<String, String> checked = new TreeMap<>();
        if (labels == null) {
            return checked;
        }
        labels.forEach((key, value) -> checked.put(checkKey(key), checkValue(key, value)));
        return checkCount(checked, maximum);
    }

    /** RFC 7396: a null value takes the label away. */
    static Map<String, String> merged(Map<String, String> old, Map<String, @Nullable String> patch, int maximum) {
        Map<String, String> merged = new TreeMap<>(old);
        patch.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put(checkKey(key), checkValue(key, value));
            }
        });
        return checkCount(merged, maximum);
    }

    private static Map<String, String> checkCount(Map<String, String> labels, int maximum) {
        if (labels.size() > maximum) {
            throw ProblemException.limit("labels", maximum, labels.size());
        }
        return labels;
    }

    private static String checkKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw ProblemException.field(pointer(key), "expected a key like " + KEY.pattern() + ", got " + key);
        }
        return key;
    }

    private static String checkValue(String key, @Nullable String value) {
        if (value == null || value.length() > VALUE_MAXIMUM) {
            throw ProblemException.field(
                    pointer(key),
                    "expected text of at most " + VALUE_MAXIMUM + " characters, got "
                            + (value == null ? "null" : value.length()));
        }
        return value;
    }

    private static String pointer(String key) {
        return "/labels/" + key.replace("~", "~0").replace("/", "~1");
    }
}
