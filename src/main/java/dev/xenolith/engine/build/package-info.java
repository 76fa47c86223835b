/**
 * From the bytes of a kernel to a domain at its first instruction.
 *
 * <pre>
 *   kernel file ──► BzImage / Decompression ──► ElfFile ──► XenNotes ──► BootLayout ──► DomainBuilder
 *                   (payload, bounded output)   (segments)  (the guest's  (what goes     (frames, page tables,
 *                                                            wishes)       where)         start info, vcpu 0)
 * </pre>
 *
 * Everything up to the layout is a pure function of the file and the memory size and touches no domain: a file that is
 * no PV kernel is refused before anything exists. The layout is the one libxc makes ({@code tools/libs/guest/
 * xg_dom_core.c}, {@code xg_dom_x86.c}): kernel, ramdisk, p2m, start info, xenstore, console, page tables, boot stack,
 * at least 512 KiB of slack, rounded up to 4 MiB.
 */
@NullMarked
package dev.xenolith.engine.build;

import org.jspecify.annotations.NullMarked;
