/**
 * The floating-point and vector unit of one vcpu: x87, MMX, SSE to SSE3, without a decoder and without memory.
 *
 * <p>The CPU's decoder finds prefixes, opcode and ModRM, computes the address, loads the operand, and calls an operation
 * of this package on raw bits; what is to be stored comes back as raw bits. So nothing here can fault but by saying so.
 *
 * <pre>
 *   SseOp.lookup(prefix, opcode, modrm, rexW)      a row of the MMX and SSE table, or null: not ours, or #UD
 *       op.source, op.memoryBytes, op.aligned        what to load
 *       op.body.execute(state, dst, lo, hi, imm8)    does it
 *       op.destination                               where state.lo, state.hi go when it is not a register of ours
 *
 *   X87Op.lookup(opcode, modrm, operandSize16)     a row of the x87 table, or null: #UD
 *       op.memory, op.memoryBytes                    what to load or store
 *       op.body.execute(state, modrm &amp; 7, lo, hi)   does it
 *       X87.retireStore(state)                       after a store reached memory
 *
 *   FpuState                                       everything FXSAVE can see, and nothing else
 * </pre>
 *
 * <p>Arithmetic is exact in value and in every flag. Where Java's own float and double give the answer (round to
 * nearest, ordinary operands, nothing newly inexact) they are used; everything else goes through one integer soft float
 * that knows the three formats. The host's own processor is the oracle of the tests.
 *
 * <p>This is hot code: ints, longs and arrays, no allocation, no exceptions, small methods. The transcendental
 * instructions of the x87 are the exception: nothing but {@code long double} mathematics uses them.
 */
@NullMarked
package dev.xenolith.engine.cpu.fpu;

import org.jspecify.annotations.NullMarked;
