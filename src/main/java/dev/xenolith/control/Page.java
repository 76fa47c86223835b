package dev.xenolith.control;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Some items of a list, and where it goes on; {@code nextCursor} is null at its end. */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    private static final int BATCH = 200;

    /**
     * Collects one page from a store that gives batches in order.
     *
     * @param fetch up to n items after a cursor
     */
    static <T> Page<T> collect(
            Listing listing,
            BiFunction<@Nullable Cursor, Integer, List<T>> fetch,
            Predicate<T> wanted,
            Function<T, Cursor> place) {
        List<T> items = new ArrayList<>();
        Cursor after = listing.after();
        while (true) {
            List<T> batch = fetch.apply(after, BATCH);
            for (T item : batch) {
                if (!wanted.test(item)) {
                    continue;
                }
                if (items.size() == listing.limit()) {
                    return new Page<>(items, place.apply(items.getLast()).encode());
                }
                items.add(item);
            }
            if (batch.size() < BATCH) {
                return new Page<>(items, null);
            }
            after = place.apply(batch.getLast());
        }
    }
}
