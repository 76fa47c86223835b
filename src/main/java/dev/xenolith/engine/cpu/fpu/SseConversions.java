package dev.xenolith.engine.cpu.fpu;

/** CVTxx2yy and CVTTxx2yy; those to and from MMX registers are in {@link MmxConversions}. */
final class SseConversions {
    private static final long LOW = 0xffff_ffffL;

    private SseConversions() {}

    static void ps2pd(FpuState s, int dst, long lo, long hi, int imm) {
        long first = SseConvert.singleToDouble(s, (int) lo);
        long second = SseConvert.singleToDouble(s, (int) (lo >>> 32));
        put(s, dst, first, second);
    }

    static void pd2ps(FpuState s, int dst, long lo, long hi, int imm) {
        int first = SseConvert.doubleToSingle(s, lo);
        int second = SseConvert.doubleToSingle(s, hi);
        put(s, dst, pair(first, second), 0);
    }

    static void ss2sd(FpuState s, int dst, long lo, long hi, int imm) {
        long result = SseConvert.singleToDouble(s, (int) lo);
        if (Simd.settle(s)) {
            s.xmm[dst << 1] = result;
        }
    }

    static void sd2ss(FpuState s, int dst, long lo, long hi, int imm) {
        putSingle(s, dst, SseConvert.doubleToSingle(s, lo));
    }

    static void dq2ps(FpuState s, int dst, long lo, long hi, int imm) {
        long first = integersToSingles(s, lo);
        long second = integersToSingles(s, hi);
        put(s, dst, first, second);
    }

    static long integersToSingles(FpuState s, long pair) {
        int low = SseConvert.intToSingle(s, (int) pair);
        int high = SseConvert.intToSingle(s, (int) (pair >>> 32));
        return pair(low, high);
    }

    static void dq2pd(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = Double.doubleToRawLongBits((int) lo);
        s.xmm[(dst << 1) + 1] = Double.doubleToRawLongBits((int) (lo >>> 32));
    }

    static void si2ss(FpuState s, int dst, long lo, long hi, int imm) {
        putSingle(s, dst, SseConvert.intToSingle(s, (int) lo));
    }

    static void si2ssLong(FpuState s, int dst, long lo, long hi, int imm) {
        putSingle(s, dst, SseConvert.integerToSingle(s, lo));
    }

    static void si2sd(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = Double.doubleToRawLongBits((int) lo);
    }

    static void si2sdLong(FpuState s, int dst, long lo, long hi, int imm) {
        long result = SseConvert.integerToDouble(s, lo);
        if (Simd.settle(s)) {
            s.xmm[dst << 1] = result;
        }
    }

    static SseOp.Body ps2dq(boolean truncate) {
        return (s, dst, lo, hi, imm) -> {
            long first = singlesToIntegers(s, lo, truncate);
            long second = singlesToIntegers(s, hi, truncate);
            put(s, dst, first, second);
        };
    }

    static long singlesToIntegers(FpuState s, long pair, boolean truncate) {
        long low = SseConvert.singleToInteger(s, (int) pair, truncate, 32);
        long high = SseConvert.singleToInteger(s, (int) (pair >>> 32), truncate, 32);
        return pair((int) low, (int) high);
    }

    static SseOp.Body pd2dq(boolean truncate) {
        return (s, dst, lo, hi, imm) -> put(s, dst, doublesToIntegers(s, lo, hi, truncate), 0);
    }

    static long doublesToIntegers(FpuState s, long lo, long hi, boolean truncate) {
        long low = SseConvert.doubleToInteger(s, lo, truncate, 32);
        long high = SseConvert.doubleToInteger(s, hi, truncate, 32);
        return pair((int) low, (int) high);
    }

    static SseOp.Body ss2si(boolean truncate, int bits) {
        return (s, dst, lo, hi, imm) -> putInteger(s, SseConvert.singleToInteger(s, (int) lo, truncate, bits), bits);
    }

    static SseOp.Body sd2si(boolean truncate, int bits) {
        return (s, dst, lo, hi, imm) -> putInteger(s, SseConvert.doubleToInteger(s, lo, truncate, bits), bits);
    }

    private static void putInteger(FpuState s, long value, int bits) {
        if (Simd.settle(s)) {
            s.lo = bits == 32 ? value & LOW : value;
        }
    }

    private static void putSingle(FpuState s, int dst, int bits) {
        if (Simd.settle(s)) {
            s.xmm[dst << 1] = (s.xmm[dst << 1] & ~LOW) | (bits & LOW);
        }
    }

    private static void put(FpuState s, int dst, long lo, long hi) {
        if (Simd.settle(s)) {
            s.xmm[dst << 1] = lo;
            s.xmm[(dst << 1) + 1] = hi;
        }
    }

    static long pair(int low, int high) {
        return (low & LOW) | (long) high << 32;
    }
}
