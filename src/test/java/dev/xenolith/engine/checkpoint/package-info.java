/** Saves and restores, of memory alone and of whole domains. */
@NullMarked
package dev.xenolith.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
