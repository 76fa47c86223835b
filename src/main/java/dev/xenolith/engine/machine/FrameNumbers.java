package dev.xenolith.engine.machine;

import java.util.HashMap;
import java.util.Map;

/** Frame of the host → number that the guest knows it by; asked only on cold paths. */
final class FrameNumbers {

    static final long ABSENT = -1;

    private final Map<Integer, Long> numbers;

    FrameNumbers(int expected) {
        numbers = HashMap.newHashMap(expected);
    }

    void put(int mfn, long guestMfn) {
        numbers.put(mfn, guestMfn);
    }

    long get(int mfn) {
        Long guestMfn = numbers.get(mfn);
        return guestMfn == null ? ABSENT : guestMfn;
    }

    long remove(int mfn) {
        Long guestMfn = numbers.remove(mfn);
        return guestMfn == null ? ABSENT : guestMfn;
    }

    /** Spreads numbers that come in runs over a power-of-two table. */
    static int hash(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32);
    }
}
