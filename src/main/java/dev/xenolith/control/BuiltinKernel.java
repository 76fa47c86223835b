package dev.xenolith.control;

/**
 * The kernel that is always there.
 *
 * @param elf its bytes; empty in a build without it
 */
public record BuiltinKernel(byte[] elf) {

    public static final String NAME = "pebble";
}
