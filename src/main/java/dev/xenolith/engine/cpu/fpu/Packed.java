package dev.xenolith.engine.cpu.fpu;

/**
 * Makes the MMX and the XMM form of an integer operation out of one on 64 bits.
 *
 * <p>Nearly every such operation treats the two halves of an XMM register alike. Unpacking and packing move elements
 * across the middle and have their own factories.
 */
final class Packed {
    /** {@code a} is the destination's half, {@code b} the source's. */
    @FunctionalInterface
    interface Lanes {
        long apply(long a, long b);
    }

    private Packed() {}

    static SseOp.Body mm(Lanes lanes) {
        return (s, dst, lo, hi, imm) -> Mmx.put(s, dst, lanes.apply(s.significand[dst], lo));
    }

    static SseOp.Body xmm(Lanes lanes) {
        return (s, dst, lo, hi, imm) -> {
            int d = dst << 1;
            s.xmm[d] = lanes.apply(s.xmm[d], lo);
            s.xmm[d + 1] = lanes.apply(s.xmm[d + 1], hi);
        };
    }

    /** A shift of both halves by the count in the source's low 64 bits. */
    static SseOp.Body xmmByCount(Lanes shift) {
        return (s, dst, lo, hi, imm) -> {
            int d = dst << 1;
            s.xmm[d] = shift.apply(s.xmm[d], lo);
            s.xmm[d + 1] = shift.apply(s.xmm[d + 1], lo);
        };
    }

    static SseOp.Body mmByImmediate(Lanes shift) {
        return (s, dst, lo, hi, imm) -> Mmx.put(s, dst, shift.apply(s.significand[dst], imm));
    }

    static SseOp.Body xmmByImmediate(Lanes shift) {
        return (s, dst, lo, hi, imm) -> {
            int d = dst << 1;
            s.xmm[d] = shift.apply(s.xmm[d], imm);
            s.xmm[d + 1] = shift.apply(s.xmm[d + 1], imm);
        };
    }

    /** PUNPCKL: the low 64 bits of both, interleaved over all 128. */
    static SseOp.Body unpackLow(Lanes low, Lanes high) {
        return (s, dst, lo, hi, imm) -> {
            int d = dst << 1;
            long a = s.xmm[d];
            s.xmm[d] = low.apply(a, lo);
            s.xmm[d + 1] = high.apply(a, lo);
        };
    }

    static SseOp.Body unpackHigh(Lanes low, Lanes high) {
        return (s, dst, lo, hi, imm) -> {
            int d = dst << 1;
            long a = s.xmm[d + 1];
            s.xmm[d] = low.apply(a, hi);
            s.xmm[d + 1] = high.apply(a, hi);
        };
    }

    /** PACK: {@code pack} narrows its first argument into the low 32 bits and its second into the high ones. */
    static SseOp.Body pack(Lanes pack) {
        return (s, dst, lo, hi, imm) -> {
            int d = dst << 1;
            s.xmm[d] = pack.apply(s.xmm[d], s.xmm[d + 1]);
            s.xmm[d + 1] = pack.apply(lo, hi);
        };
    }
}
