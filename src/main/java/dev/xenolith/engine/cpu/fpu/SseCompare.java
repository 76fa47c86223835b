package dev.xenolith.engine.cpu.fpu;

/** CMPcc, COMIS and UCOMIS in both precisions. */
final class SseCompare {
    /** ZF, PF and CF as they lie in rflags. */
    static final int ZF = 0x40;

    static final int PF = 4;
    static final int CF = 1;

    private SseCompare() {}

    static void singles(FpuState s, int dst, long lo, long hi, int imm) {
        long[] x = s.xmm;
        int d = dst << 1;
        long first = pair(single(s, imm, (int) x[d], (int) lo), single(s, imm, (int) (x[d] >>> 32), (int) (lo >>> 32)));
        long second = pair(
                single(s, imm, (int) x[d + 1], (int) hi), single(s, imm, (int) (x[d + 1] >>> 32), (int) (hi >>> 32)));
        if (Simd.settle(s)) {
            x[d] = first;
            x[d + 1] = second;
        }
    }

    static void oneSingle(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        boolean holds = single(s, imm, (int) s.xmm[d], (int) lo);
        if (Simd.settle(s)) {
            s.xmm[d] = (s.xmm[d] & 0xffff_ffff_0000_0000L) | (holds ? 0xffff_ffffL : 0);
        }
    }

    static void doubles(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        boolean first = dual(s, imm, s.xmm[d], lo);
        boolean second = dual(s, imm, s.xmm[d + 1], hi);
        if (Simd.settle(s)) {
            s.xmm[d] = first ? -1 : 0;
            s.xmm[d + 1] = second ? -1 : 0;
        }
    }

    static void oneDouble(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        boolean holds = dual(s, imm, s.xmm[d], lo);
        if (Simd.settle(s)) {
            s.xmm[d] = holds ? -1 : 0;
        }
    }

    static void comiss(FpuState s, int dst, long lo, long hi, int imm) {
        flags(s, orderSingle(s, true, (int) s.xmm[dst << 1], (int) lo));
    }

    static void ucomiss(FpuState s, int dst, long lo, long hi, int imm) {
        flags(s, orderSingle(s, false, (int) s.xmm[dst << 1], (int) lo));
    }

    static void comisd(FpuState s, int dst, long lo, long hi, int imm) {
        flags(s, orderDouble(s, true, s.xmm[dst << 1], lo));
    }

    static void ucomisd(FpuState s, int dst, long lo, long hi, int imm) {
        flags(s, orderDouble(s, false, s.xmm[dst << 1], lo));
    }

    private static void flags(FpuState s, int order) {
        if (Simd.settle(s)) {
            s.lo = flagsOf(order);
        }
    }

    static int flagsOf(int order) {
        return switch (order) {
            case -1 -> CF;
            case 0 -> ZF;
            case 1 -> 0;
            default -> ZF | PF | CF;
        };
    }

    private static long pair(boolean low, boolean high) {
        return (low ? 0xffff_ffffL : 0) | (high ? 0xffff_ffff_0000_0000L : 0);
    }

    private static boolean single(FpuState s, int predicate, int a, int b) {
        return holds(predicate, orderSingle(s, signals(predicate), a, b));
    }

    private static boolean dual(FpuState s, int predicate, long a, long b) {
        return holds(predicate, orderDouble(s, signals(predicate), a, b));
    }

    /** LT, LE, NLT and NLE take a quiet NaN as invalid; EQ, UNORD, NEQ and ORD only a signaling one. */
    private static boolean signals(int predicate) {
        int base = predicate & 3;
        return base == 1 || base == 2;
    }

    private static boolean holds(int predicate, int order) {
        boolean base = switch (predicate & 3) {
            case 0 -> order == 0;
            case 1 -> order == -1;
            case 2 -> order == -1 || order == 0;
            default -> order == SoftCompare.UNORDERED;
        };
        return base ^ (predicate & 4) != 0;
    }

    private static int orderSingle(FpuState s, boolean quietIsInvalid, int a, int b) {
        if (SingleLane.plain(a) && SingleLane.plain(b)) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            return x < y ? -1 : x > y ? 1 : 0;
        }
        boolean daz = Simd.denormalsAreZero(s);
        s.soft.a.loadSingle(a, daz);
        s.soft.b.loadSingle(b, daz);
        return order(s.soft, quietIsInvalid);
    }

    private static int orderDouble(FpuState s, boolean quietIsInvalid, long a, long b) {
        if (DoubleLane.plain(a) && DoubleLane.plain(b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            return x < y ? -1 : x > y ? 1 : 0;
        }
        boolean daz = Simd.denormalsAreZero(s);
        s.soft.a.loadDouble(a, daz);
        s.soft.b.loadDouble(b, daz);
        return order(s.soft, quietIsInvalid);
    }

    private static int order(SoftFloat f, boolean quietIsInvalid) {
        boolean signaling = f.a.kind == Num.SIGNALING || f.b.kind == Num.SIGNALING;
        if (f.a.isNan() || f.b.isNan()) {
            f.raise(signaling || quietIsInvalid ? Mxcsr.IE : 0);
            return SoftCompare.UNORDERED;
        }
        SoftOperation.noteDenormals(f);
        return SoftCompare.order(f.a, f.b);
    }
}
