/** Golden bytes for every struct, and a hostile twin for every rule. */
@NullMarked
package dev.xenolith.engine.stream;

import org.jspecify.annotations.NullMarked;
