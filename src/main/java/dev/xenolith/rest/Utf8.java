package dev.xenolith.rest;

/** Cuts bytes where a character ends, so that one which is still being printed waits for its rest. */
final class Utf8 {

    private static final int LONGEST = 4;

    private Utf8() {}

    /** How many of the bytes are whole characters; bytes that are no UTF-8 count as whole. */
    static int wholeLength(byte[] bytes) {
        for (int back = 1; back <= Math.min(LONGEST, bytes.length); back++) {
            int b = bytes[bytes.length - back] & 0xff;
            if ((b & 0xc0) == 0x80) {
                continue;
            }
            // A lead byte, or a byte that stands alone: cut before it if its rest is missing.
            return sequenceLength(b) > back ? bytes.length - back : bytes.length;
        }
        return bytes.length;
    }

    private static int sequenceLength(int lead) {
        if (lead >= 0xf0 && lead <= 0xf4) {
            return 4;
        }
        if (lead >= 0xe0) {
            return lead <= 0xef ? 3 : 1;
        }
        return lead >= 0xc2 ? 2 : 1;
    }
}
