package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a domain is in its state. */
public enum StateReason {
    CREATED,
    STARTED,
    USER,
    UNPAUSED,
    RESUMED,
    RESTORED,
    REBOOTED,
    POWEROFF,
    DESTROYED,
    SAVED,
    NO_KERNEL,
    REBOOT_FAILED,
    SERVER_STOPPED,
    SERVER_LOST,
    UNDO_FAILED,
    GUEST_INITIATED,
    GUEST_PANIC,
    TRIPLE_FAULT,
    WATCHDOG,
    IMAGE_CORRUPT,
    MEMORY_ERROR,
    ENGINE_FAULT;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
