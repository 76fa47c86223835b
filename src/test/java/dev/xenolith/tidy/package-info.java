/** Rules of the house that no compiler checks: sizes, unfinished work, links, and what was skipped. */
@NullMarked
package dev.xenolith.tidy;

import org.jspecify.annotations.NullMarked;
