/**
 * Makes a domain of an image in Xen's own format, whoever wrote it: {@code xl save}, or a cooperative save of ours. The
 * files follow Xen's, {@code tools/libs/guest/xg_sr_restore.c} and {@code xg_sr_restore_x86_pv.c}, and the facts in them.
 *
 * <pre>
 *   {@link dev.xenolith.engine.checkpoint.xen.XenImage}          common: walk the records, collect what they say
 *   {@link dev.xenolith.engine.checkpoint.xen.PfnTable}          which pfns exist, of which type, where their bytes are
 *   {@link dev.xenolith.engine.checkpoint.xen.GuestFrames}       populate: a frame for each pfn, backed by the image
 *   {@link dev.xenolith.engine.checkpoint.xen.TableLocaliser}    normalised page tables: pfn to mfn in each entry
 *   {@link dev.xenolith.engine.checkpoint.xen.P2mRebuild}        the guest's own p2m pages
 *   {@link dev.xenolith.engine.checkpoint.xen.StartInfoUpdate}   start_info and the rings it names
 *   {@link dev.xenolith.engine.checkpoint.xen.SharedInfoUpdate}  the shared info page
 *   {@link dev.xenolith.engine.checkpoint.xen.VcpuRestore}       registers, base tables, descriptor tables
 *   {@link dev.xenolith.engine.checkpoint.xen.PinnedTables}      pins, and with them validation
 * </pre>
 *
 * <p>A page's bytes stay in the image until somebody looks at them. A restore reads the page tables, rewrites them and
 * the p2m, and touches nothing else, so it takes as long as there are tables.
 *
 * <p>Nothing an image says is believed: types come from validation, as for a guest's own requests. What breaks a rule is
 * an {@code ImageCorruptException} with record and offset, and nothing of the domain is left.
 */
@NullMarked
package dev.xenolith.engine.checkpoint.xen;

import org.jspecify.annotations.NullMarked;
