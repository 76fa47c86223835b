package dev.xenolith.engine.cpu.fpu;

/** Bitwise operations; the same for integers and for floating-point registers. */
final class Logic {
    private Logic() {}

    static long and(long a, long b) {
        return a & b;
    }

    static long andNot(long a, long b) {
        return ~a & b;
    }

    static long or(long a, long b) {
        return a | b;
    }

    static long xor(long a, long b) {
        return a ^ b;
    }
}
