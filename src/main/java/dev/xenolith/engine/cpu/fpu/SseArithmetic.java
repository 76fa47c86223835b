package dev.xenolith.engine.cpu.fpu;

/** Makes the four forms (packed and scalar, single and double) of an SSE arithmetic operation out of its lane. */
final class SseArithmetic {
    private SseArithmetic() {}

    static SseOp.Body packedSingle(SingleLane.Operation lane) {
        return (s, dst, lo, hi, imm) -> {
            long[] x = s.xmm;
            int d = dst << 1;
            long first = onHalf(lane, s, x[d], lo);
            long second = onHalf(lane, s, x[d + 1], hi);
            if (Simd.settle(s)) {
                x[d] = first;
                x[d + 1] = second;
            }
        };
    }

    private static long onHalf(SingleLane.Operation lane, FpuState s, long a, long b) {
        int low = lane.apply(s, (int) a, (int) b);
        int high = lane.apply(s, (int) (a >>> 32), (int) (b >>> 32));
        return (low & 0xffff_ffffL) | (long) high << 32;
    }

    static SseOp.Body scalarSingle(SingleLane.Operation lane) {
        return (s, dst, lo, hi, imm) -> {
            long old = s.xmm[dst << 1];
            int result = lane.apply(s, (int) old, (int) lo);
            if (Simd.settle(s)) {
                s.xmm[dst << 1] = (old & 0xffff_ffff_0000_0000L) | (result & 0xffff_ffffL);
            }
        };
    }

    static SseOp.Body packedDouble(DoubleLane.Operation lane) {
        return (s, dst, lo, hi, imm) -> {
            long[] x = s.xmm;
            int d = dst << 1;
            long first = lane.apply(s, x[d], lo);
            long second = lane.apply(s, x[d + 1], hi);
            if (Simd.settle(s)) {
                x[d] = first;
                x[d + 1] = second;
            }
        };
    }

    static SseOp.Body scalarDouble(DoubleLane.Operation lane) {
        return (s, dst, lo, hi, imm) -> {
            long result = lane.apply(s, s.xmm[dst << 1], lo);
            if (Simd.settle(s)) {
                s.xmm[dst << 1] = result;
            }
        };
    }
}
