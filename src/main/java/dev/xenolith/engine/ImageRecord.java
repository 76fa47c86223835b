package dev.xenolith.engine;

import org.jspecify.annotations.Nullable;

/**
 * One record of a checkpoint image, one of its headers, or one entry of its domain context.
 *
 * @param position in the image, from 0
 * @param layer {@code xl}, {@code libxl}, {@code libxc} or {@code context}; {@code none} where the order of records is lost
 * @param type the number that the image has for it; null for a header
 * @param vcpu whose state it is; null where it is nobody's
 * @param offset of its first byte in the file
 * @param length of its body, without header and padding
 * @param meaning what it says, in a line
 */
public record ImageRecord(
        long position,
        String layer,
        String name,
        @Nullable Integer type,
        @Nullable Integer vcpu,
        long offset,
        long length,
        String meaning) {}
