/**
 * Saving a domain into an image and making a domain of one.
 *
 * <p>A <em>transparent</em> image holds everything: memory under the guest's own frame numbers, registers, and all state
 * that only the hypervisor has. The guest is not asked and notices nothing. Its framing is Xen's, its first record is
 * ours and mandatory, so that real Xen refuses it.
 *
 * <pre>
 *   xl header │ libxl header, LIBXC_CONTEXT
 *               libxc headers
 *                 XENOLITH_TRANSPARENT      {@link dev.xenolith.engine.checkpoint.TransparentHeader}
 *                 X86_PV_INFO, STATIC_DATA_END
 *                 PAGE_DATA ...             guest mfns for pfns; zero pages as XALLOC
 *                 XENOLITH_PAGE_INDEX       {@link dev.xenolith.engine.checkpoint.PageIndex}
 *                 XENOLITH_DOMAIN_CONTEXT   {@code stream.ContextTypes}
 *               END │ END
 * </pre>
 *
 * <p>A restore reads the index and the context and never the pages: those load from the image when they are first
 * touched, checked against their CRC32C. Frames, types and counts are derived again from the page tables by the same
 * validation that a guest's own request goes through, so an image cannot claim what a guest could not have.
 *
 * <p>Of an image that we wrote ourselves they are believed, if the caller gives the {@link
 * dev.xenolith.engine.checkpoint.Voucher} that came with it. Then not even the index is read, but for the parts that
 * somebody looks at, and a restore takes as long for a large domain as for a small one.
 *
 * <p>The state digest is a SHA-256 over the same entries and pages: equal before a save and after its restore.
 */
@NullMarked
package dev.xenolith.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
