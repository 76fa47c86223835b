package dev.xenolith.engine.cpu.fpu;

/** Comparisons, minima and maxima of packed integers. A comparison gives all ones or all zeros an element. */
final class PackedCompare {
    private PackedCompare() {}

    static long equalBytes(long a, long b) {
        long low = 0x7f7f_7f7f_7f7f_7f7fL;
        long differ = a ^ b;
        long differing = ((differ & low) + low | differ) & ~low;
        return ((~differing & ~low) >>> 7) * 0xff;
    }

    static long equalWords(long a, long b) {
        long low = 0x7fff_7fff_7fff_7fffL;
        long differ = a ^ b;
        long differing = ((differ & low) + low | differ) & ~low;
        return ((~differing & ~low) >>> 15) * 0xffff;
    }

    static long equalDwords(long a, long b) {
        long differ = a ^ b;
        return ((int) differ == 0 ? 0xffff_ffffL : 0) | (differ >>> 32 == 0 ? 0xffff_ffff_0000_0000L : 0);
    }

    static long greaterBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            result |= (byte) (a >>> i) > (byte) (b >>> i) ? 0xffL << i : 0;
        }
        return result;
    }

    static long greaterWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            result |= (short) (a >>> i) > (short) (b >>> i) ? 0xffffL << i : 0;
        }
        return result;
    }

    static long greaterDwords(long a, long b) {
        return ((int) a > (int) b ? 0xffff_ffffL : 0)
                | ((int) (a >> 32) > (int) (b >> 32) ? 0xffff_ffff_0000_0000L : 0);
    }

    static long leastUnsignedBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            result |= Math.min(a >>> i & 0xff, b >>> i & 0xff) << i;
        }
        return result;
    }

    static long greatestUnsignedBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            result |= Math.max(a >>> i & 0xff, b >>> i & 0xff) << i;
        }
        return result;
    }

    static long leastSignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            result |= (Math.min((short) (a >>> i), (short) (b >>> i)) & 0xffffL) << i;
        }
        return result;
    }

    static long greatestSignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            result |= (Math.max((short) (a >>> i), (short) (b >>> i)) & 0xffffL) << i;
        }
        return result;
    }
}
