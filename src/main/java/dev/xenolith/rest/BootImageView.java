package dev.xenolith.rest;

import dev.xenolith.control.BootImage;
import dev.xenolith.control.BootImageFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;

/** A boot image as callers see it. */
@Schema(name = "BootImage")
record BootImageView(
        UUID id,
        @Schema(example = "debian-6.1") String name,
        long sizeBytes,
        String sha256,

        @Schema(description = "What its first bytes look like; only a hint")
        BootImageFormat format,

        @Schema(description = "Comes with the server and cannot be deleted")
        boolean builtin,

        Instant createdAt) {

    static BootImageView of(BootImage image) {
        return new BootImageView(
                image.id(),
                image.name(),
                image.sizeBytes(),
                image.sha256(),
                image.format(),
                image.builtin(),
                image.createdAt());
    }
}
