package dev.xenolith.engine;

import java.util.Map;

/**
 * What an image says of itself.
 *
 * @param format {@code xen} or {@code xenolith}
 * @param configuration the bytes given to {@link SaveSpec}, or what {@code xl} wrote
 */
public record ImageInfo(
        String format, String mode, long pages, int vcpus, byte[] configuration, Map<String, String> guest) {}
