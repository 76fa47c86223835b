package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether the guest has a part in its checkpoint. */
public enum CheckpointMode {
    /** The guest is frozen without being asked; the image is ours. */
    TRANSPARENT("xenolith"),
    /** The guest suspends itself; the image is Xen's. */
    COOPERATIVE("xen");

    private final String format;

    CheckpointMode(String format) {
        this.format = format;
    }

    String format() {
        return format;
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
