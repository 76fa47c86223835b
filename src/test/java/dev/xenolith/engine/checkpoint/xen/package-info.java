@NullMarked
package dev.xenolith.engine.checkpoint.xen;

import org.jspecify.annotations.NullMarked;
