package dev.xenolith.engine.cpu.fpu;

/** The end of every SIMD floating-point operation: its exceptions become sticky, or fault. */
final class Simd {
    private Simd() {}

    /** True where the result is to be written. Nothing raised, the usual case, costs one test. */
    static boolean settle(FpuState s) {
        return s.soft.flags == 0 || settleRaised(s);
    }

    /**
     * An unmasked exception that is found before computing hides those found after it, in every lane (SDM volume 1,
     * 11.5.3).
     */
    private static boolean settleRaised(FpuState s) {
        int flags = s.soft.flags;
        s.soft.flags = 0;
        int masked = s.mxcsr >> Mxcsr.MASK_SHIFT & Mxcsr.FLAGS;
        if ((flags & ~masked & (Mxcsr.IE | Mxcsr.DE | Mxcsr.ZE)) != 0) {
            flags &= Mxcsr.IE | Mxcsr.DE | Mxcsr.ZE;
        }
        s.mxcsr |= flags;
        s.simdFault = (flags & ~masked) != 0;
        return !s.simdFault;
    }

    static boolean denormalsAreZero(FpuState s) {
        return (s.mxcsr & Mxcsr.DAZ) != 0;
    }
}
