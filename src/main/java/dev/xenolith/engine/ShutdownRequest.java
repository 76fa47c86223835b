package dev.xenolith.engine;

/** What the toolstack may write to {@code control/shutdown} ({@code docs/misc/xenstore-paths.pandoc}). */
public enum ShutdownRequest {
    POWEROFF,
    REBOOT,
    SUSPEND
}
