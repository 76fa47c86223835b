/** Grant tables over a real machine and real page tables. */
@NullMarked
package dev.xenolith.engine.grant;

import org.jspecify.annotations.NullMarked;
