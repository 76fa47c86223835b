package dev.xenolith.control;

import java.time.Instant;
import java.util.UUID;

/**
 * A kernel or ramdisk that domains boot from.
 *
 * @param builtin comes with the server and cannot be deleted
 */
public record BootImage(
        UUID id,
        String name,
        long sizeBytes,
        String sha256,
        BootImageFormat format,
        boolean builtin,
        Instant createdAt) {}
