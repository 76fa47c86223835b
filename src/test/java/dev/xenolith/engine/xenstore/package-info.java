/** Xenstore as guests use it: over the ring, several of them, well-behaved and not. */
@NullMarked
package dev.xenolith.engine.xenstore;

import org.jspecify.annotations.NullMarked;
