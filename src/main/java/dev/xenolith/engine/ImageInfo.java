package dev.xenolith.engine;

import java.util.Map;

/**
 * What an image says of itself.
 *
 * @param format {@code xen} or {@code xenolith}
 * @param container what the stream stands in: {@code xl} (its file header), or bare {@code libxl} or {@code libxc}
 * @param pagesByKind as in {@link SaveResult}
 * @param configuration the bytes given to {@link SaveSpec}, or what {@code xl} wrote
 */
public record ImageInfo(
        String format,
        String mode,
        String container,
        long pages,
        Map<String, Long> pagesByKind,
        int vcpus,
        byte[] configuration,
        Map<String, String> guest) {}
