package dev.xenolith.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored save of a domain.
 *
 * @param domain whose save it is, with the name it had then; the domain may be gone
 * @param mode transparent: the guest was frozen without being asked
 * @param container what the stream stands in: {@code xl} (its file header), or bare {@code libxl} or {@code libxc}
 * @param sha256 of the image
 * @param pages counts by kind
 * @param timings null for one that was not taken here
 * @param stateDigest over everything the guest can see, at the save; null where nobody computed it
 * @param guest what the image says of the guest
 */
public record Checkpoint(
        UUID id,
        String name,
        Origin domain,
        Kind kind,
        String mode,
        String format,
        String container,
        State state,
        @Nullable String stateDetail,
        long sizeBytes,
        String sha256,
        Map<String, Long> pages,
        @Nullable Timings timings,
        @Nullable String stateDigest,
        Map<String, String> guest,
        Map<String, String> labels,
        Instant createdAt) {

    public Checkpoint {
        pages = Map.copyOf(pages);
        guest = Map.copyOf(guest);
        labels = Map.copyOf(labels);
    }

    /** Where it comes from. */
    public enum Kind {
        TAKEN,
        IMPORTED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code available → damaged}, when a start finds its file missing or of another size, or a verify finds more. */
    public enum State {
        AVAILABLE,
        DAMAGED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The definition at the time of the save. A bare stream knows neither id nor name, and {@code xl} allows names
     * that we do not.
     *
     * @param kernelSha256 by which the kernel is found again, on this server or another
     */
    public record Origin(
            @Nullable UUID id,
            @Nullable String name,
            int memoryMib,
            int vcpus,
            String commandLine,
            @Nullable String kernelSha256,
            @Nullable String ramdiskSha256,
            @Nullable Clock clock,
            Map<String, String> labels) {

        /** Images of others, and our older ones, do not say. */
        Clock clockOrReal() {
            return clock == null ? Clock.REAL : clock;
        }
    }

    /**
     * @param suspendMicros how long the guest took to suspend itself; null where it was not asked
     * @param pausedMicros how long the guest stood still
     * @param writtenMicros how long its image took to write and to force to disk
     */
    public record Timings(@Nullable Long suspendMicros, long pausedMicros, long writtenMicros) {}

    Checkpoint named(String newName, Map<String, String> newLabels) {
        return new Checkpoint(
                id,
                newName,
                domain,
                kind,
                mode,
                format,
                container,
                state,
                stateDetail,
                sizeBytes,
                sha256,
                pages,
                timings,
                stateDigest,
                guest,
                newLabels,
                createdAt);
    }

    Checkpoint inState(State newState, @Nullable String detail) {
        return new Checkpoint(
                id,
                name,
                domain,
                kind,
                mode,
                format,
                container,
                newState,
                detail,
                sizeBytes,
                sha256,
                pages,
                timings,
                stateDigest,
                guest,
                labels,
                createdAt);
    }
}
