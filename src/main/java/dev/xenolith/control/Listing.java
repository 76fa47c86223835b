package dev.xenolith.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a list.
 *
 * @param after where the page before ended; null for the first one
 * @param label a label the items carry, as key and value
 */
public record Listing(
        int limit,
        @Nullable Cursor after,
        @Nullable String state,
        @Nullable String name,
        Map.@Nullable Entry<String, String> label) {

    public static Listing first(int limit) {
        return new Listing(limit, null, null, null, null);
    }

    boolean wants(@Nullable String itemState, @Nullable String itemName, Map<String, String> itemLabels) {
        return (state == null || state.equals(itemState))
                && (name == null || name.equals(itemName))
                && (label == null || label.getValue().equals(itemLabels.get(label.getKey())));
    }
}
