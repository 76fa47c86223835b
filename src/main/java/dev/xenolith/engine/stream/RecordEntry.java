package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;

/**
 * One record of an image, or one of its headers, and where it stands.
 *
 * @param type {@link #HEADER} for a header
 * @param offset of the record's header (of the first byte, for a header) in the file
 * @param length of the body, without record header and padding (of all of it, for a header)
 */
public record RecordEntry(StreamLayer layer, int type, String name, long offset, long length) {

    public static final int HEADER = -1;

    static RecordEntry header(StreamLayer layer, String name, long offset, long length) {
        return new RecordEntry(layer, HEADER, name, offset, length);
    }

    /** The record whose header is at this offset of an image that was walked before. */
    public static RecordEntry at(ImageBytes image, StreamLayer layer, long offset) {
        RecordHeader header = RecordHeader.decode(image, layer, offset);
        return new RecordEntry(layer, header.type(), RecordName.of(layer, header.type()), offset, header.length());
    }

    public boolean isHeader() {
        return type == HEADER;
    }

    public boolean is(StreamLayer wantedLayer, int wantedType) {
        return layer == wantedLayer && type == wantedType;
    }

    public long bodyOffset() {
        return isHeader() ? offset : offset + RecordHeader.BYTES;
    }

    /** Where the next record begins. */
    public long end() {
        return isHeader() ? offset + length : bodyOffset() + RecordHeader.padded(length);
    }

    /** The body as little endian, of a record known to be small. */
    public ByteBuffer body(ImageBytes image, int maximum) {
        Expect.atMost(name, offset, maximum, length);
        return image.read(name, bodyOffset(), (int) length);
    }
}
