package dev.xenolith.engine.backend;

/** Bytes typed at a console that its ring had no room for yet, up to a limit. */
final class InputQueue {

    static final int LIMIT = 64 * 1024;

    private byte[] bytes = new byte[64];
    private int first;
    private int length;

    int length() {
        return length;
    }

    /** Takes what fits; how many bytes that was. */
    int add(byte[] from) {
        int taken = Math.min(from.length, LIMIT - length);
        reserve(taken);
        System.arraycopy(from, 0, bytes, first + length, taken);
        length += taken;
        return taken;
    }

    /** Moves at most {@code wanted} bytes out. */
    byte[] take(int wanted) {
        byte[] taken = new byte[Math.min(wanted, length)];
        System.arraycopy(bytes, first, taken, 0, taken.length);
        first += taken.length;
        length -= taken.length;
        return taken;
    }

    byte[] copy() {
        byte[] all = new byte[length];
        System.arraycopy(bytes, first, all, 0, length);
        return all;
    }

    void clear() {
        first = 0;
        length = 0;
    }

    private void reserve(int more) {
        if (first + length + more <= bytes.length) {
            return;
        }
        byte[] roomier = length + more <= bytes.length ? bytes : new byte[Integer.highestOneBit(length + more) * 2];
        System.arraycopy(bytes, first, roomier, 0, length);
        bytes = roomier;
        first = 0;
    }
}
