/**
 * Real guests on the real engine, without the server: pebble, and Debian's own kernels where {@code XENOLITH_GUESTS}
 * (or {@code target/guests}) holds a {@code vmlinuz} and an {@code initrd.gz} as {@code http-examples/debian-guest.sh}
 * makes them. Without them the Linux tests are skipped and say so.
 */
@NullMarked
package dev.xenolith.guests;

import org.jspecify.annotations.NullMarked;
