/** The engine from its face: domains that run, are saved and go on. */
@NullMarked
package dev.xenolith.engine.host;

import org.jspecify.annotations.NullMarked;
