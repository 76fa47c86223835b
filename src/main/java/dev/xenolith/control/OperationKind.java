package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Work that takes long enough to be an operation. */
public enum OperationKind {
    SUSPEND,
    SHUTDOWN,
    REBOOT,
    CHECKPOINT,
    RESTORE,
    RETIRE,
    VERIFY;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
