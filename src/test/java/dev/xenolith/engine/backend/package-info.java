/** Backends against well-behaved and hostile guests. */
@NullMarked
package dev.xenolith.engine.backend;

import org.jspecify.annotations.NullMarked;
