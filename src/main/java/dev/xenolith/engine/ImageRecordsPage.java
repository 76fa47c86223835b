package dev.xenolith.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of records; {@code nextPosition} continues the list and is null at its end. */
public record ImageRecordsPage(
        List<ImageRecord> records, @Nullable Long nextPosition) {

    public ImageRecordsPage {
        records = List.copyOf(records);
    }
}
