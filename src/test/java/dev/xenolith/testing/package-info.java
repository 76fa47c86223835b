/** Stand-ins and shared set-up for tests of the control plane. */
@NullMarked
package dev.xenolith.testing;

import org.jspecify.annotations.NullMarked;
