package dev.xenolith.engine.cpu.fpu;

/** Multiplication, sums of products, sums of differences and averages of packed integers. */
final class PackedMultiply {
    private PackedMultiply() {}

    static long lowWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int product = (short) (a >>> i) * (short) (b >>> i);
            result |= (product & 0xffffL) << i;
        }
        return result;
    }

    static long highSignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int product = (short) (a >>> i) * (short) (b >>> i);
            result |= (product >>> 16 & 0xffffL) << i;
        }
        return result;
    }

    static long highUnsignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            long product = (a >>> i & 0xffff) * (b >>> i & 0xffff);
            result |= (product >>> 16) << i;
        }
        return result;
    }

    static long unsignedDword(long a, long b) {
        return (a & 0xffff_ffffL) * (b & 0xffff_ffffL);
    }

    /** PMADDWD: -32768 squared twice wraps to 0x80000000, as the hardware does. */
    static long sumOfProducts(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 32) {
            int low = (short) (a >>> i) * (short) (b >>> i);
            int high = (short) (a >>> (i + 16)) * (short) (b >>> (i + 16));
            result |= (low + high & 0xffff_ffffL) << i;
        }
        return result;
    }

    static long sumOfDifferences(long a, long b) {
        int sum = 0;
        for (int i = 0; i < 64; i += 8) {
            sum += Math.abs((int) (a >>> i & 0xff) - (int) (b >>> i & 0xff));
        }
        return sum;
    }

    static long averageBytes(long a, long b) {
        return (a | b) - ((a ^ b) >>> 1 & 0x7f7f_7f7f_7f7f_7f7fL);
    }

    static long averageWords(long a, long b) {
        return (a | b) - ((a ^ b) >>> 1 & 0x7fff_7fff_7fff_7fffL);
    }
}
