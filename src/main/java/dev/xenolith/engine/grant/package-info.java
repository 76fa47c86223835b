/**
 * Grant tables: how a guest lets another domain use one of its frames ({@code xen/include/public/grant_table.h}). A
 * <em>grant ref</em> is the number of an entry that the guest writes into pages shared with Xen; the other domain names
 * the ref, and Xen checks the entry, holds the frame, and marks the entry as in use.
 *
 * <p>Version 1 only, as on a Xen started with {@code gnttab=max-ver:1}. The other domain is always the control domain, in
 * whose name our backends map: a guest that asks for another guest's grants is refused, as a security policy of Xen's
 * would. Copies are between frames of the guest itself.
 */
@NullMarked
package dev.xenolith.engine.grant;

import org.jspecify.annotations.NullMarked;
