package dev.xenolith.engine.cpu;

import dev.xenolith.engine.cpu.fpu.FpuState;

/**
 * All state of one {@link Cpu} between two instructions; no cache of anything. The arrays and the FPU state are copies.
 *
 * @param gpr the sixteen general registers in encoding order ({@link Gpr})
 * @param selectors the six segment registers in encoding order ({@link Sreg})
 * @param kernelGsBase the GS base that is not in use
 * @param ts CR0.TS: the next FPU instruction raises #NM
 */
public record CpuSnapshot(
        long[] gpr,
        long rip,
        long rflags,
        int[] selectors,
        long fsBase,
        long gsBase,
        long kernelGsBase,
        boolean kernelMode,
        boolean ts,
        FpuState fpu) {}
