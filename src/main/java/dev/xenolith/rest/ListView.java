package dev.xenolith.rest;

import dev.xenolith.control.Page;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Some items, and how to get the next ones. */
record ListView<T>(
        List<T> items,

        @Schema(description = "Give it as ?cursor= for the next items; null at the end", nullable = true) @Nullable
        String nextCursor) {

    static <T, V> ListView<V> of(Page<T> page, Function<T, V> view) {
        return new ListView<>(page.items().stream().map(view).toList(), page.nextCursor());
    }

    static <V> ListView<V> whole(List<V> items) {
        return new ListView<>(items, null);
    }
}
