package dev.xenolith.engine;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param guestDomid the domid the guest believes it has; differs from {@code domid} after a transparent restore
 * @param detail why the domain is shut down or crashed, in words
 */
public record DomainSnapshot(
        int domid,
        int guestDomid,
        UUID uuid,
        String name,
        DomainState state,
        EngineEvent.@Nullable ShutdownReason shutdownReason,
        EngineEvent.@Nullable CrashReason crashReason,
        @Nullable String detail,
        long pages,
        long maxPages,
        int vcpus,
        int onlineVcpus,
        long retiredInstructions,
        long cpuNanos) {}
