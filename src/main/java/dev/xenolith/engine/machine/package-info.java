/**
 * The machine: frames, who owns them, and what holds their bytes. Nothing here knows what a page table is.
 *
 * <p>A <em>frame</em> is a number (mfn); its <em>backing</em> is a separate question with three answers, and a frame
 * moves between them without its owner noticing anything but time:
 *
 * <pre>
 *                     first touch                        first write
 *   image page ──────────────────────► RAM slot ◄──────────────────────── zero page
 *   (a checkpoint's, CRC32C checked)   alone, or shared                   (slot 0, never written)
 *                                      copy-on-write
 * </pre>
 *
 * <p>So a frame that was never written costs no host memory, a restore is ready before its image is read, and forks
 * share what neither has written. Slots live in one reserved range ({@link dev.xenolith.engine.machine.HostRam}); the
 * software TLB holds offsets into it, which is why every change of a backing is told to the frame's owner.
 *
 * <p>Nor does a restored domain need an entry in the frame table for each of its frames: it can be given them in blocks
 * ({@link dev.xenolith.engine.machine.FrameBlock}) whose entries are made when one of them is first looked at; its m2p is
 * filled page by page in the same way.
 *
 * <p><strong>The write gate.</strong> All bytes written to a frame pass {@link dev.xenolith.engine.machine.WriteGate}:
 * it materialises a slot, marks the frame dirty and throws away decoded code. Only this package and {@code mmu} write a
 * frame's bytes.
 *
 * <p><strong>Guest numbers.</strong> A guest never names a frame directly: each domain has a
 * {@link dev.xenolith.engine.machine.FrameView} through which every mfn it supplies goes.
 *
 * <p><strong>Threads.</strong> A domain's frames are touched by one thread at a time, the domain's carrier. What several
 * domains share (free frames, slots, their share counts) is guarded by the monitors of {@code Machine} and
 * {@code HostRam}. Entries of the frame table are for their owner's carrier; others may ask whose a frame is, and its state.
 *
 * <p>This is a hot package: primitives and segments, no allocation on the common path.
 */
@NullMarked
package dev.xenolith.engine.machine;

import org.jspecify.annotations.NullMarked;
