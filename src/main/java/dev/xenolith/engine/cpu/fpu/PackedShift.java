package dev.xenolith.engine.cpu.fpu;

/**
 * Shifts of packed integers. The count is the whole 64-bit number: one too large shifts everything out, or fills with
 * the sign.
 */
final class PackedShift {
    private PackedShift() {}

    private static boolean out(long count, int bits) {
        return Long.compareUnsigned(count, bits) >= 0;
    }

    static long leftWords(long a, long count) {
        return out(count, 16) ? 0 : a << count & 0x0001_0001_0001_0001L * (0xffff << count & 0xffff);
    }

    static long leftDwords(long a, long count) {
        return out(count, 32) ? 0 : a << count & 0x0000_0001_0000_0001L * (0xffff_ffffL << count & 0xffff_ffffL);
    }

    static long leftQword(long a, long count) {
        return out(count, 64) ? 0 : a << count;
    }

    static long rightWords(long a, long count) {
        return out(count, 16) ? 0 : a >>> count & 0x0001_0001_0001_0001L * (0xffff >>> count);
    }

    static long rightDwords(long a, long count) {
        return out(count, 32) ? 0 : a >>> count & 0x0000_0001_0000_0001L * (0xffff_ffffL >>> count);
    }

    static long rightQword(long a, long count) {
        return out(count, 64) ? 0 : a >>> count;
    }

    static long signedRightWords(long a, long count) {
        int by = out(count, 16) ? 15 : (int) count;
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            result |= ((short) (a >>> i) >> by & 0xffffL) << i;
        }
        return result;
    }

    static long signedRightDwords(long a, long count) {
        int by = out(count, 32) ? 31 : (int) count;
        return ((int) a >> by & 0xffff_ffffL) | (long) ((int) (a >> 32) >> by) << 32;
    }

    /** PSLLDQ: the whole register by bytes. */
    static void leftBytes(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        int by = (imm & 7) << 3;
        long low = s.xmm[d];
        long high = s.xmm[d + 1];
        if (imm >= 8) {
            s.xmm[d + 1] = imm >= 16 ? 0 : low << by;
            s.xmm[d] = 0;
        } else if (imm > 0) {
            s.xmm[d + 1] = high << by | low >>> (64 - by);
            s.xmm[d] = low << by;
        }
    }

    /** PSRLDQ. */
    static void rightBytes(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        int by = (imm & 7) << 3;
        long low = s.xmm[d];
        long high = s.xmm[d + 1];
        if (imm >= 8) {
            s.xmm[d] = imm >= 16 ? 0 : high >>> by;
            s.xmm[d + 1] = 0;
        } else if (imm > 0) {
            s.xmm[d] = low >>> by | high << (64 - by);
            s.xmm[d + 1] = high >>> by;
        }
    }
}
