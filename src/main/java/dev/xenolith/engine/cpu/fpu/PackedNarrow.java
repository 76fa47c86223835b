package dev.xenolith.engine.cpu.fpu;

/** PACKSSWB, PACKSSDW and PACKUSWB: {@code a} narrowed into the low 32 bits, {@code b} into the high ones. */
final class PackedNarrow {
    private PackedNarrow() {}

    static long wordsToSignedBytes(long a, long b) {
        return words(a, -128, 127) | words(b, -128, 127) << 32;
    }

    static long wordsToUnsignedBytes(long a, long b) {
        return words(a, 0, 255) | words(b, 0, 255) << 32;
    }

    private static long words(long words, int least, int greatest) {
        long result = 0;
        for (int i = 0; i < 4; i++) {
            result |= (Math.clamp((short) (words >>> (16 * i)), least, greatest) & 0xffL) << (8 * i);
        }
        return result;
    }

    static long dwordsToSignedWords(long a, long b) {
        return dword((int) a) | dword((int) (a >> 32)) << 16 | dword((int) b) << 32 | dword((int) (b >> 32)) << 48;
    }

    private static long dword(int value) {
        return Math.clamp(value, -32768, 32767) & 0xffff;
    }
}
