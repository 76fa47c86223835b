@NullMarked
package dev.xenolith.engine.machine;

import org.jspecify.annotations.NullMarked;
