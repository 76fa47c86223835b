package dev.xenolith.store;

import dev.xenolith.control.Cursor;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The place before the first item, for queries that go on after a place. */
final class Cursors {

    private static final Cursor BEFORE_ALL = new Cursor(Instant.EPOCH, new UUID(0, 0));

    private Cursors() {}

    static Cursor orStart(@Nullable Cursor cursor) {
        return cursor == null ? BEFORE_ALL : cursor;
    }
}
