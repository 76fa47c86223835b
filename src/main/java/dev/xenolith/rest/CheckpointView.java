package dev.xenolith.rest;

import dev.xenolith.control.Checkpoint;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A checkpoint as callers see it. */
@Schema(name = "Checkpoint")
record CheckpointView(
        UUID id,
        @Schema(example = "before-upgrade") String name,

        @Schema(description = "Whose save it is; it may be gone")
        SavedDomain domain,

        @Schema(description = "The checkpoint it builds on; null for a whole one", nullable = true) @Nullable
        UUID parent,

        @Schema(description = "Taken here, or imported") Checkpoint.Kind kind,

        @Schema(
                description = "transparent: the guest was frozen without being asked; cooperative: it suspended itself",
                example = "transparent")
        String mode,

        @Schema(description = "xenolith, or xen: what xl wrote or can read", example = "xenolith")
        String format,

        @Schema(description = "xl: with the header of an xl save file; libxl or libxc: a bare stream", example = "xl")
        String container,

        Verdict xlRestorable,
        Checkpoint.State state,

        @Schema(description = "What is wrong with a damaged one", nullable = true) @Nullable
        String stateDetail,

        long sizeBytes,
        String sha256,
        @Schema(description = "Page counts by kind") Map<String, Long> pages,

        @Schema(description = "Null for an imported one", nullable = true)
        Checkpoint.@Nullable Timings timings,

        @Schema(
                description =
                        "Over everything the guest can see, at the save; null for a cooperative or an imported one",
                nullable = true)
        @Nullable
        String stateDigest,

        @Schema(description = "What the image says of the guest")
        Map<String, String> guest,

        Map<String, String> labels,
        Instant createdAt) {

    /** The definition at the time of the save. */
    @Schema(name = "SavedDomain")
    record SavedDomain(
            @Schema(description = "Null where the image does not say", nullable = true) @Nullable
            UUID id,

            @Schema(description = "Null where the image does not say", nullable = true) @Nullable
            String name,

            int memoryMib,
            int vcpus,
            String commandLine) {}

    /** An answer with its reason. */
    @Schema(name = "Verdict")
    record Verdict(boolean value, String reason) {}

    private static final Verdict TRANSPARENT = new Verdict(
            false, "a transparent image holds the guest's raw machine frame numbers, so real Xen is made to refuse it");

    private static final Verdict XL_FILE = new Verdict(true, "a file as xl save writes it");

    private static Verdict xlRestorable(Checkpoint checkpoint) {
        if (checkpoint.format().equals("xenolith")) {
            return TRANSPARENT;
        }
        if (checkpoint.container().equals("xl")) {
            return XL_FILE;
        }
        return new Verdict(
                false,
                "a bare " + checkpoint.container()
                        + " stream: xl restore needs its file header and a configuration before it");
    }

    static CheckpointView of(Checkpoint checkpoint) {
        Checkpoint.Origin origin = checkpoint.domain();
        return new CheckpointView(
                checkpoint.id(),
                checkpoint.name(),
                new SavedDomain(origin.id(), origin.name(), origin.memoryMib(), origin.vcpus(), origin.commandLine()),
                null,
                checkpoint.kind(),
                checkpoint.mode(),
                checkpoint.format(),
                checkpoint.container(),
                xlRestorable(checkpoint),
                checkpoint.state(),
                checkpoint.stateDetail(),
                checkpoint.sizeBytes(),
                checkpoint.sha256(),
                new TreeMap<>(checkpoint.pages()),
                checkpoint.timings(),
                checkpoint.stateDigest(),
                new TreeMap<>(checkpoint.guest()),
                new TreeMap<>(checkpoint.labels()),
                checkpoint.createdAt());
    }
}
