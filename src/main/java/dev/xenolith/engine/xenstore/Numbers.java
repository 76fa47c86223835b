package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;

/** Numbers in messages: decimal text from a guest. */
final class Numbers {

    private static final int MOST_DIGITS = 10;

    private Numbers() {}

    /** A number from 0 to {@code most}; anything else is EINVAL. */
    static int decimal(String text, int most) {
        if (text.isEmpty() || text.length() > MOST_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new StoreFailure(Errno.EINVAL);
        }
        long value = Long.parseLong(text);
        if (value > most) {
            throw new StoreFailure(Errno.EINVAL);
        }
        return (int) value;
    }
}
