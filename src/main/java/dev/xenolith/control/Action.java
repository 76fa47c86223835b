package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a caller may ask of a domain. */
public enum Action {
    START,
    PAUSE,
    UNPAUSE,
    SUSPEND,
    RESUME,
    SHUTDOWN,
    REBOOT,
    DESTROY,
    CHECKPOINT,
    CHECKPOINT_STOP,
    CHECKPOINT_COOPERATIVE,
    CHECKPOINT_COOPERATIVE_STOP,
    RESTORE,
    RETIRE,
    PATCH,
    DELETE,
    FORCE_DELETE;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** These end a running operation, wait for its undo, and then act. */
    boolean endsOperations() {
        return this == DESTROY || this == FORCE_DELETE;
    }
}
