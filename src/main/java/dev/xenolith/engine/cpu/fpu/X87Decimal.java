package dev.xenolith.engine.cpu.fpu;

/**
 * Packed decimal: eighteen digits, two a byte, the sign in bit 79 (SDM volume 1, 4.7).
 */
final class X87Decimal {
    static final long INDEFINITE_LOW = 0xc000_0000_0000_0000L;
    static final long INDEFINITE_HIGH = 0xffff;

    private static final long LIMIT = 1_000_000_000_000_000_000L;

    private X87Decimal() {}

    /** Digits above nine count as what they are; the hardware does not check them either. */
    static long toBinary(long lo, long hi) {
        long value = 0;
        for (int i = 17; i >= 0; i--) {
            long digit = (i >= 16 ? hi >>> (4 * (i - 16)) : lo >>> (4 * i)) & 15;
            value = value * 10 + digit;
        }
        return value;
    }

    /** {@code soft.a} as decimal into {@code s.lo} and {@code s.hi}. */
    static void fromNumber(FpuState s) {
        SoftFloat f = s.soft;
        long value = SoftInteger.convert(f, f.a, f.rounding(), 64);
        long magnitude = Math.abs(value);
        if ((f.flags & Mxcsr.IE) != 0 || magnitude >= LIMIT || magnitude < 0) {
            f.flags = Mxcsr.IE;
            f.roundedUp = false;
            s.lo = INDEFINITE_LOW;
            s.hi = INDEFINITE_HIGH;
            return;
        }
        s.lo = 0;
        for (int i = 0; i < 16; i++) {
            s.lo |= magnitude % 10 << (4 * i);
            magnitude /= 10;
        }
        s.hi = (magnitude / 10) << 4 | magnitude % 10 | (f.a.negative ? 0x8000 : 0);
    }
}
