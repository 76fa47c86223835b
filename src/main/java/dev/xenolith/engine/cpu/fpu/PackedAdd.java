package dev.xenolith.engine.cpu.fpu;

/**
 * Addition and subtraction of packed integers: wrapping, and saturating signed and unsigned.
 *
 * <p>The wrapping ones work on all elements at once: the top bit of each element is kept out of the carry chain and put
 * right by an exclusive or.
 */
final class PackedAdd {
    private static final long BYTE_TOPS = 0x8080_8080_8080_8080L;
    private static final long WORD_TOPS = 0x8000_8000_8000_8000L;
    private static final long DWORD_TOPS = 0x8000_0000_8000_0000L;

    private PackedAdd() {}

    private static long add(long a, long b, long tops) {
        return (a & ~tops) + (b & ~tops) ^ ((a ^ b) & tops);
    }

    private static long subtract(long a, long b, long tops) {
        return (a | tops) - (b & ~tops) ^ ((a ^ ~b) & tops);
    }

    static long addBytes(long a, long b) {
        return add(a, b, BYTE_TOPS);
    }

    static long addWords(long a, long b) {
        return add(a, b, WORD_TOPS);
    }

    static long addDwords(long a, long b) {
        return add(a, b, DWORD_TOPS);
    }

    static long addQword(long a, long b) {
        return a + b;
    }

    static long subtractBytes(long a, long b) {
        return subtract(a, b, BYTE_TOPS);
    }

    static long subtractWords(long a, long b) {
        return subtract(a, b, WORD_TOPS);
    }

    static long subtractDwords(long a, long b) {
        return subtract(a, b, DWORD_TOPS);
    }

    static long subtractQword(long a, long b) {
        return a - b;
    }

    static long addSignedBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            int sum = (byte) (a >>> i) + (byte) (b >>> i);
            result |= (Math.clamp(sum, -128, 127) & 0xffL) << i;
        }
        return result;
    }

    static long addSignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int sum = (short) (a >>> i) + (short) (b >>> i);
            result |= (Math.clamp(sum, -32768, 32767) & 0xffffL) << i;
        }
        return result;
    }

    static long subtractSignedBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            int difference = (byte) (a >>> i) - (byte) (b >>> i);
            result |= (Math.clamp(difference, -128, 127) & 0xffL) << i;
        }
        return result;
    }

    static long subtractSignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int difference = (short) (a >>> i) - (short) (b >>> i);
            result |= (Math.clamp(difference, -32768, 32767) & 0xffffL) << i;
        }
        return result;
    }

    static long addUnsignedBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            int sum = (int) (a >>> i & 0xff) + (int) (b >>> i & 0xff);
            result |= (long) Math.min(sum, 0xff) << i;
        }
        return result;
    }

    static long addUnsignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int sum = (int) (a >>> i & 0xffff) + (int) (b >>> i & 0xffff);
            result |= (long) Math.min(sum, 0xffff) << i;
        }
        return result;
    }

    static long subtractUnsignedBytes(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 8) {
            int difference = (int) (a >>> i & 0xff) - (int) (b >>> i & 0xff);
            result |= (long) Math.max(difference, 0) << i;
        }
        return result;
    }

    static long subtractUnsignedWords(long a, long b) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int difference = (int) (a >>> i & 0xffff) - (int) (b >>> i & 0xffff);
            result |= (long) Math.max(difference, 0) << i;
        }
        return result;
    }
}
