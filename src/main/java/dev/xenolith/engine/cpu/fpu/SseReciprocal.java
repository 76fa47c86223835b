package dev.xenolith.engine.cpu.fpu;

/**
 * RCP and RSQRT: approximations within 1.5 * 2^-12, for which every processor has its own table. Ours is the exact value
 * rounded to twelve bits of fraction, so that a guest computes the same on every host.
 *
 * <p>They raise nothing and do not look at MXCSR: denormal operands count as zero whatever DAZ says, and a tiny result is
 * zero whatever FTZ says (SDM volume 2, RCPPS).
 */
final class SseReciprocal {
    private SseReciprocal() {}

    static int reciprocal(FpuState s, int a, int b) {
        int sign = b & 0x8000_0000;
        if (isNan(b)) {
            return b | 0x40_0000;
        }
        if ((b & 0x7f80_0000) == 0) {
            return sign | 0x7f80_0000;
        }
        return shorten(1.0 / Float.intBitsToFloat(b));
    }

    static int reciprocalRoot(FpuState s, int a, int b) {
        if (isNan(b)) {
            return b | 0x40_0000;
        }
        if ((b & 0x7f80_0000) == 0) {
            return (b & 0x8000_0000) | 0x7f80_0000;
        }
        if (b < 0) {
            return 0xffc0_0000;
        }
        return shorten(1.0 / Math.sqrt(Float.intBitsToFloat(b)));
    }

    private static boolean isNan(int bits) {
        return (bits & 0x7fff_ffff) > 0x7f80_0000;
    }

    private static int shorten(double exact) {
        if (Math.abs(exact) < Float.MIN_NORMAL) {
            return exact < 0 || 1 / exact < 0 ? 0x8000_0000 : 0;
        }
        return Float.floatToRawIntBits((float) exact) + 0x400 & 0xffff_f800;
    }
}
