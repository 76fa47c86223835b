/** Event channels as a guest sees them, over pages that no machine backs. */
@NullMarked
package dev.xenolith.engine.evtchn;

import org.jspecify.annotations.NullMarked;
