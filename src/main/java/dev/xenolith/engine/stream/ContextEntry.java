package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;

/** One domain-context entry being loaded: its descriptor, and its body read in as many pieces as the loader likes. */
public final class ContextEntry {

    private final ImageBytes image;
    private final ContextDescriptor descriptor;
    private final String name;
    private final long offset;
    private long read;

    ContextEntry(ImageBytes image, ContextDescriptor descriptor, String name, long offset) {
        this.image = image;
        this.descriptor = descriptor;
        this.name = name;
        this.offset = offset;
    }

    public ContextDescriptor descriptor() {
        return descriptor;
    }

    public String name() {
        return name;
    }

    /** Of the descriptor, in the file. */
    public long offset() {
        return offset;
    }

    public long remaining() {
        return descriptor.length() - read;
    }

    /** The next bytes of the body; asking for more than there are is damage. */
    public ByteBuffer read(int length) {
        if (length > remaining()) {
            throw Expect.broken(
                    name, offset, "a body of at least " + (read + length) + " bytes", descriptor.length() + " bytes");
        }
        ByteBuffer piece = image.read(name, offset + ContextDescriptor.BYTES + read, length);
        read += length;
        return piece;
    }

    /** The whole body, which must have exactly this length. */
    public ByteBuffer exact(int length) {
        Expect.length(name, offset, length, descriptor.length());
        return read(length);
    }

    /** The whole body, with zeroes behind it up to this length: an older writer knew fewer fields. */
    public ByteBuffer zeroExtended(int length) {
        Expect.atMost(name, offset, length, descriptor.length());
        ByteBuffer whole = ByteBuffer.allocate(length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        whole.put(read((int) remaining()));
        return whole.clear();
    }

    void requireRead() {
        Expect.that(remaining() == 0, name, offset, "a body of " + read + " bytes", descriptor.length() + " bytes");
    }
}
