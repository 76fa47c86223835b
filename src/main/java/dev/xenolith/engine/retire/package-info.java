/**
 * Takes the contents of a frame elsewhere, under a guest that does not notice: what {@code xc_exchange_page} of Xen's
 * toolstack does for one page of a suspended paravirtual domain, made fast and made safe.
 *
 * <p><strong>Why it is hard.</strong> A PV guest knows its memory by machine frame numbers. One number is in its p2m, in the
 * m2p, in page-table entries of several tables (perhaps in the moved page itself), in a vcpu's cr3, in a descriptor table,
 * in the tree of frame lists that tells a toolstack where the p2m is, in a register, and with the hypervisor, for pages that
 * the guest registered. All must change together, and the frame's type with its counts must move without any moment at which
 * a table is writable.
 *
 * <p><strong>Why only while suspended.</strong> A suspended guest has promised that no number is anywhere else: not on a stack,
 * not in a lock-free algorithm's hand. That is the same promise a cooperative save rests on. A page of a guest that does
 * not suspend stays pending, or has only its {@link dev.xenolith.engine.retire.BackingReplacement backing} replaced, which
 * no guest can see.
 *
 * <p><strong>Found once.</strong> xc_exchange_page reads every entry of every table twice for each page. Here the first
 * exchange of a suspension reads them once and notes who refers to whom ({@link
 * dev.xenolith.engine.retire.ReferenceMap}); each exchange updates the notes; they are dropped when the guest goes on.
 *
 * <p><strong>All or nothing.</strong> An {@link dev.xenolith.engine.retire.Exchange} is a journal of numbered steps, each with
 * its undo. The content is copied before any entry names the new frame, the old frame is given up last, and any failure
 * before leads back to exactly the state before. Should an undo fail, the domain is damaged: it stays suspended and says so.
 */
@NullMarked
package dev.xenolith.engine.retire;

import org.jspecify.annotations.NullMarked;
