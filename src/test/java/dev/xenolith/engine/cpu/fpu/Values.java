package dev.xenolith.engine.cpu.fpu;

import java.util.Random;

/** Operands that find mistakes: boundaries and special values first, neighbours of them, then anything. */
final class Values {
    private static final long[] SINGLES = {
        0,
        1,
        2,
        0x7f_ffff,
        0x80_0000,
        0x80_0001,
        0x3f80_0000,
        0x3f80_0001,
        0x3f7f_ffff,
        0x7f7f_ffff,
        0x7f80_0000,
        0x7f80_0001,
        0x7fbf_ffff,
        0x7fc0_0000,
        0x7fc1_2345,
        0x7fff_ffff,
        0x4f00_0000,
        0x4eff_ffff,
        0x5f00_0000,
        0x5eff_ffff,
        0x4b00_0000,
        0x4b00_0001,
        0x3f00_0000,
        0x3fc0_0000,
        0x4020_0000,
        0x40_0000,
        0x100_0000,
        0x7f00_0000
    };

    private static final long[] DOUBLES = {
        0,
        1,
        2,
        0xf_ffff_ffff_ffffL,
        0x10_0000_0000_0000L,
        0x10_0000_0000_0001L,
        0x3ff0_0000_0000_0000L,
        0x3ff0_0000_0000_0001L,
        0x3fef_ffff_ffff_ffffL,
        0x7fef_ffff_ffff_ffffL,
        0x7ff0_0000_0000_0000L,
        0x7ff0_0000_0000_0001L,
        0x7ff7_ffff_ffff_ffffL,
        0x7ff8_0000_0000_0000L,
        0x7ff8_1234_5678_9abcL,
        Long.MAX_VALUE,
        0x41e0_0000_0000_0000L,
        0x41df_ffff_ffc0_0000L,
        0x41df_ffff_ffe0_0000L,
        0x41df_ffff_fff0_0000L,
        0x43e0_0000_0000_0000L,
        0x43df_ffff_ffff_ffffL,
        0x3fe0_0000_0000_0000L,
        0x3ff8_0000_0000_0000L,
        0x4004_0000_0000_0000L,
        0x47ef_ffff_e000_0000L,
        0x47ef_ffff_f000_0000L,
        0x3810_0000_0000_0000L,
        0x380f_ffff_ffff_ffffL,
        0x3690_0000_0000_0000L,
        0x36a0_0000_0000_0000L,
        0x380f_ffff_f000_0000L
    };

    private final Random random;

    Values(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    long any() {
        return random.nextLong();
    }

    int single() {
        int sign = random.nextInt() & 0x8000_0000;
        return switch (random.nextInt(6)) {
            case 0 -> (int) SINGLES[random.nextInt(SINGLES.length)] ^ sign;
            case 1 -> (int) SINGLES[random.nextInt(SINGLES.length)] + random.nextInt(5) - 2 ^ sign;
            case 2 -> Float.floatToRawIntBits(random.nextInt(2000) - 1000);
            case 3 -> Float.floatToRawIntBits((float) (random.nextInt() >> random.nextInt(32)));
            case 4 -> (127 + random.nextInt(64) - 32) << 23 | (random.nextInt() & 0x7f_ffff) | sign;
            default -> random.nextInt();
        };
    }

    long dual() {
        long sign = random.nextLong() & Long.MIN_VALUE;
        return switch (random.nextInt(7)) {
            case 0 -> DOUBLES[random.nextInt(DOUBLES.length)] ^ sign;
            case 1 -> DOUBLES[random.nextInt(DOUBLES.length)] + random.nextInt(5) - 2 ^ sign;
            case 2 -> Double.doubleToRawLongBits(random.nextInt(2000) - 1000);
            case 3 -> Double.doubleToRawLongBits((double) (random.nextLong() >> random.nextInt(64)));
            case 4 -> (1023L + random.nextInt(128) - 64) << 52 | (random.nextLong() & 0xf_ffff_ffff_ffffL) | sign;
            case 5 -> Double.doubleToRawLongBits(Float.intBitsToFloat(single()));
            default -> random.nextLong();
        };
    }

    /** Puts a number, or a pattern that is none, into a physical x87 register. */
    void extended(FpuState s, int register) {
        int sign = random.nextInt() & 0x8000;
        long fraction = fraction();
        switch (random.nextInt(12)) {
            case 0 -> set(s, register, sign, 0);
            case 1 -> set(s, register, sign, fraction >>> random.nextInt(64));
            case 2 -> set(s, register, sign | 0x7fff, fraction);
            case 3 -> set(s, register, sign | 0x7fff, Long.MIN_VALUE);
            case 4 -> set(s, register, sign | random.nextInt(0x8000), random.nextLong());
            case 5 -> set(s, register, sign | random.nextInt(3), fraction | Long.MIN_VALUE);
            case 6 -> set(s, register, sign | 0x7ffe - random.nextInt(3), fraction | Long.MIN_VALUE);
            case 7 -> integer(s, register, random.nextInt(2000) - 1000);
            case 8 -> integer(s, register, random.nextLong() >> random.nextInt(64));
            case 9 -> set(s, register, sign | 0x3fff + near(), fraction | Long.MIN_VALUE);
            case 10 -> set(s, register, sign | 0x3fff - random.nextInt(70), fraction | Long.MIN_VALUE);
            default -> set(s, register, sign | 0x3fff + random.nextInt(128) - 64, random.nextLong() | Long.MIN_VALUE);
        }
    }

    /** Exponents around the limits of the other formats. */
    private int near() {
        int[] centres = {0, 127, -126, -149, 1023, -1022, -1074, 15, 31, 63};
        return centres[random.nextInt(centres.length)] + random.nextInt(5) - 2;
    }

    private long fraction() {
        long[] fractions = {
            0,
            1,
            -1,
            1L << 62,
            1L << 40,
            1L << 39,
            3L << 39,
            1L << 11,
            1L << 10,
            3L << 10,
            -1L << 40,
            -1L << 39,
            -1L << 11,
            -1L << 10,
            Long.MIN_VALUE,
            0xa000_0000_0000_0000L,
            0x9de0_b6b3_a763_ffffL,
            0x9de0_b6b3_a764_0000L
        };
        return random.nextInt(3) == 0 ? random.nextLong() : fractions[random.nextInt(fractions.length)];
    }

    private static void integer(FpuState s, int register, long value) {
        Num number = new Num();
        number.loadInteger(value);
        set(s, register, number.toSignExponent(), value == 0 ? 0 : number.significand);
    }

    private static void set(FpuState s, int register, int signExponent, long significand) {
        s.signExponent[register] = signExponent;
        s.significand[register] = significand;
    }

    /** Sixty-four bits as some packed type would have them. */
    long packed() {
        return switch (random.nextInt(5)) {
            case 0 -> (single() & 0xffff_ffffL) | (long) single() << 32;
            case 1 -> dual();
            case 2 -> random.nextInt(80);
            case 3 -> bytes();
            default -> random.nextLong();
        };
    }

    private long bytes() {
        long[] edges = {0, 1, 0x7f, 0x80, 0x81, 0xff};
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            result |= edges[random.nextInt(edges.length)] << i;
        }
        return result;
    }
}
