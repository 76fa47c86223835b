/** Tests of the software CPU: tables, and the processor of the host as oracle. */
@NullMarked
package dev.xenolith.engine.cpu;

import org.jspecify.annotations.NullMarked;
