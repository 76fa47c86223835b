package dev.xenolith.engine.cpu.fpu;

/** SSE3 arithmetic: between neighbours of one operand, and with a subtraction beside each addition. */
final class SseHorizontal {
    private SseHorizontal() {}

    /** The lower half from the destination's pairs, the upper half from the source's. */
    static SseOp.Body singles(SingleLane.Operation lane) {
        return (s, dst, lo, hi, imm) -> {
            long[] x = s.xmm;
            int d = dst << 1;
            long first = twoPairs(lane, s, x[d], x[d + 1]);
            long second = twoPairs(lane, s, lo, hi);
            if (Simd.settle(s)) {
                x[d] = first;
                x[d + 1] = second;
            }
        };
    }

    private static long twoPairs(SingleLane.Operation lane, FpuState s, long a, long b) {
        int low = lane.apply(s, (int) a, (int) (a >>> 32));
        int high = lane.apply(s, (int) b, (int) (b >>> 32));
        return (low & 0xffff_ffffL) | (long) high << 32;
    }

    static SseOp.Body doubles(DoubleLane.Operation lane) {
        return (s, dst, lo, hi, imm) -> {
            long[] x = s.xmm;
            int d = dst << 1;
            long first = lane.apply(s, x[d], x[d + 1]);
            long second = lane.apply(s, lo, hi);
            if (Simd.settle(s)) {
                x[d] = first;
                x[d + 1] = second;
            }
        };
    }

    /** ADDSUBPS: even elements are subtracted, odd ones added. */
    static void alternatingSingles(FpuState s, int dst, long lo, long hi, int imm) {
        long[] x = s.xmm;
        int d = dst << 1;
        long first = alternatingPair(s, x[d], lo);
        long second = alternatingPair(s, x[d + 1], hi);
        if (Simd.settle(s)) {
            x[d] = first;
            x[d + 1] = second;
        }
    }

    private static long alternatingPair(FpuState s, long a, long b) {
        int low = SingleLane.subtract(s, (int) a, (int) b);
        int high = SingleLane.add(s, (int) (a >>> 32), (int) (b >>> 32));
        return (low & 0xffff_ffffL) | (long) high << 32;
    }

    /** ADDSUBPD. */
    static void alternatingDoubles(FpuState s, int dst, long lo, long hi, int imm) {
        long[] x = s.xmm;
        int d = dst << 1;
        long first = DoubleLane.subtract(s, x[d], lo);
        long second = DoubleLane.add(s, x[d + 1], hi);
        if (Simd.settle(s)) {
            x[d] = first;
            x[d + 1] = second;
        }
    }
}
