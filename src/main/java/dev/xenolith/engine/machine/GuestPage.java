package dev.xenolith.engine.machine;

/**
 * One page of a guest that the hypervisor shares with it: the shared info page, a ring, a grant table, an event array.
 * Little endian; offsets are within the page. Writes pass the write gate. The guest may write the same page at any
 * time between two calls, so a value that is checked is read once.
 */
public interface GuestPage {

    /** An unsigned byte. */
    int getByte(int offset);

    /** An unsigned 16-bit value. */
    int getShort(int offset);

    int getInt(int offset);

    long getLong(int offset);

    void putByte(int offset, int value);

    void putShort(int offset, int value);

    void putInt(int offset, int value);

    void putLong(int offset, long value);

    void read(int offset, byte[] into, int at, int length);

    void write(int offset, byte[] from, int at, int length);
}
