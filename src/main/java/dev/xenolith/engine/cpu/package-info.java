/**
 * One vcpu: registers, faults, soft TLB, decoder and interpreter. It knows nothing of hypercalls or of Xen: what an
 * instruction cannot do by itself it asks of {@link dev.xenolith.engine.cpu.CpuEnvironment}, and what an address means it
 * asks of {@link dev.xenolith.engine.cpu.AddressSpace}.
 *
 * <pre>
 *   Cpu.run(n)
 *     CodeCache ── host address, rip ──► Block: micro-ops, each calls the next ──► the block that follows
 *         ▲ miss                           │ load, store
 *      Decoder                            Tlb ── miss ──► AddressSpace.translate
 * </pre>
 *
 * <p>A block is a straight run of at most {@value dev.xenolith.engine.cpu.Block#MAX_INSTRUCTIONS} instructions of one
 * page. Its micro-ops are immutable objects, one class for each operation and form; each does its work and calls {@code
 * next.x(cpu)}, the last one returns the block that follows. Measured, this shape is the fastest interpreter the JVM
 * runs: a dispatch costs one virtual call, and C2 compiles each small handler by itself.
 *
 * <p>This is hot code: ints, longs, arrays, no boxing, no locks. Handlers stay below 325 bytecodes and every method below
 * 8,000 (HotSpot's limits). The rules that keep it exact:
 *
 * <ul>
 *   <li>A micro-op that may fault changes nothing before its last access that can fault succeeded.
 *   <li>Flags that nobody reads are not computed, but only where no instruction that may fault lies between.
 *   <li>A store into a page that holds decoded code takes effect before the next instruction, in its own block too.
 *   <li>{@code run(n)} counts every instruction, and a fault as one.
 * </ul>
 */
@NullMarked
package dev.xenolith.engine.cpu;

import org.jspecify.annotations.NullMarked;
