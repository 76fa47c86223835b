package dev.xenolith.engine.cpu.fpu;

/** Moves of elements between places: shuffles, unpacking, insertion, extraction and sign masks. */
final class Shuffle {
    private Shuffle() {}

    /** PSHUFW and a half of PSHUFLW and PSHUFHW: two bits of the selector for each word. */
    static long words(long source, int selector) {
        return word(source, selector)
                | word(source, selector >> 2) << 16
                | word(source, selector >> 4) << 32
                | word(source, selector >> 6) << 48;
    }

    private static long word(long source, int selector) {
        return source >>> ((selector & 3) << 4) & 0xffff;
    }

    static long insertWord(long target, long value, int index) {
        int shift = index << 4;
        return (target & ~(0xffffL << shift)) | (value & 0xffff) << shift;
    }

    /** The sign bits of eight bytes, gathered by one multiplication. */
    static int byteSigns(long bytes) {
        return (int) (((bytes >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L) >>> 56);
    }

    static void pmovmskb(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = byteSigns(lo) | byteSigns(hi) << 8;
    }

    static void movmskps(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = (lo >>> 31 & 1) | (lo >>> 62 & 2) | (hi >>> 29 & 4) | (hi >>> 60 & 8);
    }

    static void movmskpd(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = lo >>> 63 | (hi >>> 62 & 2);
    }

    private static long dword(long lo, long hi, int selector) {
        long half = (selector & 2) == 0 ? lo : hi;
        return (selector & 1) == 0 ? half & 0xffff_ffffL : half >>> 32;
    }

    static void pshufd(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = dword(lo, hi, imm) | dword(lo, hi, imm >> 2) << 32;
        s.xmm[(dst << 1) + 1] = dword(lo, hi, imm >> 4) | dword(lo, hi, imm >> 6) << 32;
    }

    static void pshuflw(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = words(lo, imm);
        s.xmm[(dst << 1) + 1] = hi;
    }

    static void pshufhw(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lo;
        s.xmm[(dst << 1) + 1] = words(hi, imm);
    }

    static void shufps(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        long first = dword(s.xmm[d], s.xmm[d + 1], imm) | dword(s.xmm[d], s.xmm[d + 1], imm >> 2) << 32;
        s.xmm[d] = first;
        s.xmm[d + 1] = dword(lo, hi, imm >> 4) | dword(lo, hi, imm >> 6) << 32;
    }

    static void shufpd(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        s.xmm[d] = (imm & 1) == 0 ? s.xmm[d] : s.xmm[d + 1];
        s.xmm[d + 1] = (imm & 2) == 0 ? lo : hi;
    }

    static void movddup(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lo;
        s.xmm[(dst << 1) + 1] = lo;
    }

    static void movsldup(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = lowDwords(lo, lo);
        s.xmm[(dst << 1) + 1] = lowDwords(hi, hi);
    }

    static void movshdup(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[dst << 1] = highDwords(lo, lo);
        s.xmm[(dst << 1) + 1] = highDwords(hi, hi);
    }

    static void pinsrw(FpuState s, int dst, long lo, long hi, int imm) {
        int half = (dst << 1) + (imm >> 2 & 1);
        s.xmm[half] = insertWord(s.xmm[half], lo, imm & 3);
    }

    static void pextrw(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = ((imm & 4) == 0 ? lo : hi) >>> ((imm & 3) << 4) & 0xffff;
    }

    /** MASKMOVDQU: the destination register holds the data, the source the mask. */
    static void maskedStore(FpuState s, int dst, long lo, long hi, int imm) {
        s.lo = s.xmm[dst << 1];
        s.hi = s.xmm[(dst << 1) + 1];
        s.byteMask = byteSigns(lo) | byteSigns(hi) << 8;
    }

    // ---- unpacking: the low or the high halves of two 64-bit sources, interleaved ----

    static long lowBytes(long a, long b) {
        return spreadBytes(a) | spreadBytes(b) << 8;
    }

    static long highBytes(long a, long b) {
        return spreadBytes(a >>> 32) | spreadBytes(b >>> 32) << 8;
    }

    static long lowWords(long a, long b) {
        return spreadWords(a) | spreadWords(b) << 16;
    }

    static long highWords(long a, long b) {
        return spreadWords(a >>> 32) | spreadWords(b >>> 32) << 16;
    }

    static long lowDwords(long a, long b) {
        return (a & 0xffff_ffffL) | b << 32;
    }

    static long highDwords(long a, long b) {
        return a >>> 32 | (b & 0xffff_ffff_0000_0000L);
    }

    private static long spreadBytes(long low) {
        long words = spreadWords(low);
        return (words | words << 8) & 0x00ff_00ff_00ff_00ffL;
    }

    private static long spreadWords(long low) {
        return (low & 0xffffL) | (low & 0xffff_0000L) << 16;
    }

    static void lowQwords(FpuState s, int dst, long lo, long hi, int imm) {
        s.xmm[(dst << 1) + 1] = lo;
    }

    static void highQwords(FpuState s, int dst, long lo, long hi, int imm) {
        int d = dst << 1;
        s.xmm[d] = s.xmm[d + 1];
        s.xmm[d + 1] = hi;
    }
}
