package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a defined domain is doing.
 *
 * <pre>
 *              start, restore                    shutdown, destroy, the guest's poweroff
 *   SHUTOFF ─────────────────► RUNNING ─────────────────────────────────────────────────► SHUTOFF
 *                              │  ▲  │ └── the guest's panic ──► CRASHED ── destroy ─────────┘
 *                        pause ▼  │  └─ suspend, also the guest's own ─► SUSPENDED ─ destroy ─┘
 *                             PAUSED unpause           ▲──── resume ─────────┘
 * </pre>
 */
public enum LifecycleState {
    RUNNING,
    PAUSED,
    SUSPENDED,
    CRASHED,
    SHUTOFF;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
