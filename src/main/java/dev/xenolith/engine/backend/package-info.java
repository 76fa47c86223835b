/**
 * The far ends of split drivers, which in Xen live in another domain: here they run on the guest's own carrier, in its
 * hypercalls or between its slices, so a paused guest is quiescent with its backends.
 *
 * <p>A guest shares a ring with a backend and may write anything into it at any time. So an index is read once and
 * checked before it is used, the work of one turn is bounded by the ring's size, and a backend that finds an index which
 * cannot be true disconnects and says why; the guest then has a dead device and nobody else has anything.
 */
@NullMarked
package dev.xenolith.engine.backend;

import org.jspecify.annotations.NullMarked;
