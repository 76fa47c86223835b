package dev.xenolith.rest;

import dev.xenolith.control.Inspection;
import dev.xenolith.engine.HostSnapshot;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The host as callers see it. */
@Schema(name = "Host")
record HostView(
        @Schema(description = "What guests are told they run on", example = "4.17.0")
        String xenVersion,

        List<String> capabilities,

        @Schema(description = "Why the host no longer trusts itself; empty on a healthy one")
        List<String> degraded,

        Instant time,
        double uptimeSeconds,
        @Schema(description = "Threads that run guests") int pcpus,
        Memory memory,
        Frames frames,

        @Schema(description = "Domains that exist now, with the frames they own")
        List<Owner> domains) {

    private static final int FRAMES_PER_MIB = 256;

    record Memory(long totalMib, long freeMib) {}

    /**
     * @param backed frames that take real memory of the machine
     */
    record Frames(
            long total,
            long free,
            long inUse,
            long offlined,

            @Schema(description = "Frames that take real memory of the machine")
            long backed) {}

    record Owner(
            int domid, @Schema(nullable = true) @Nullable UUID id, String name, long frames) {}

    static HostView of(HostSnapshot host, List<Inspection.Owner> owners) {
        return new HostView(
                host.xenVersion(),
                host.capabilities(),
                host.degraded(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                host.uptimeNanos() / 1e9,
                host.pcpus(),
                new Memory(host.frames() / FRAMES_PER_MIB, host.freeFrames() / FRAMES_PER_MIB),
                new Frames(
                        host.frames(),
                        host.freeFrames(),
                        host.frames() - host.freeFrames() - host.offlinedFrames(),
                        host.offlinedFrames(),
                        host.backedFrames()),
                owners.stream()
                        .map(owner -> new Owner(owner.domid(), owner.id(), owner.name(), owner.frames()))
                        .toList());
    }
}
