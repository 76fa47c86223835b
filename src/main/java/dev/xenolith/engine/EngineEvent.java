package dev.xenolith.engine;

/** Something that happened to a domain or the host without being asked for by a call. */
public sealed interface EngineEvent {

    /** The guest called SCHEDOP_shutdown; the domain's memory is kept until destroy. */
    record GuestShutdown(int domid, ShutdownReason reason) implements EngineEvent {}

    /** The domain was stopped because the guest cannot go on. */
    record GuestCrashed(int domid, CrashReason reason, String detail) implements EngineEvent {}

    /** A check of ours failed: the domain is stopped and the host is degraded. */
    record HostDegraded(int domid, String detail) implements EngineEvent {}

    /** A frame had a memory error; what became of it is in there. */
    record FrameFailed(MemoryError error) implements EngineEvent {}

    enum ShutdownReason {
        POWEROFF,
        REBOOT,
        SUSPEND,
        WATCHDOG,
        SOFT_RESET
    }

    enum CrashReason {
        GUEST_PANIC,
        TRIPLE_FAULT,
        IMAGE_CORRUPT,
        MEMORY_ERROR,
        ENGINE_FAULT
    }
}
