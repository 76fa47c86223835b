package dev.xenolith.engine.stream;

import dev.xenolith.engine.ImageCorruptException;

/** The rules of an image, each with the words that say how it was broken. */
final class Expect {

    private Expect() {}

    static void that(boolean holds, String record, long offset, String expected, Object got) {
        if (!holds) {
            throw new ImageCorruptException(record, offset, expected, String.valueOf(got));
        }
    }

    static ImageCorruptException broken(String record, long offset, String expected, Object got) {
        return new ImageCorruptException(record, offset, expected, String.valueOf(got));
    }

    static void length(String record, long offset, long expected, long got) {
        if (expected != got) {
            throw new ImageCorruptException(record, offset, "a body of " + expected + " bytes", got + " bytes");
        }
    }

    static void atLeast(String record, long offset, long minimum, long got) {
        if (got < minimum) {
            throw new ImageCorruptException(record, offset, "a body of at least " + minimum + " bytes", got + " bytes");
        }
    }

    static void atMost(String record, long offset, long maximum, long got) {
        if (got > maximum) {
            throw new ImageCorruptException(record, offset, "a body of at most " + maximum + " bytes", got + " bytes");
        }
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
