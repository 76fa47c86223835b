package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;

/**
 * Writes the records of one stream, whole or in stages: {@code begin} announces a length, {@code data} fills it, and
 * {@code end} insists that exactly that much came and pads. Nothing is held back to learn a length.
 */
public final class RecordWriter {

    private static final byte[] ZEROES = new byte[RecordHeader.ALIGN];

    private final ImageSink sink;
    private String open = "";
    private long announced;
    private long left;

    public RecordWriter(ImageSink sink) {
        this.sink = sink;
    }

    /** Writes one whole record and returns its offset. */
    public long write(StreamLayer layer, int type, ByteBuffer body) {
        long offset = begin(layer, type, body.remaining());
        data(body);
        end();
        return offset;
    }

    public long write(StreamLayer layer, int type) {
        return write(layer, type, ByteBuffer.allocate(0));
    }

    /** Opens a record of that length and returns the offset of its header. */
    public long begin(StreamLayer layer, int type, long length) {
        String name = RecordName.of(layer, type);
        if (!open.isEmpty()) {
            throw new IllegalStateException(name + " begun inside " + open);
        }
        if (length < 0 || length > StreamLimits.RECORD_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    name + " length: expected at most " + StreamLimits.RECORD_LENGTH_MAX + ", got " + length);
        }
        long offset = sink.position();
        sink.write(new RecordHeader(type, length).encode());
        open = name;
        announced = length;
        left = length;
        return offset;
    }

    public void data(ByteBuffer piece) {
        if (open.isEmpty()) {
            throw new IllegalStateException("data outside of any record");
        }
        if (piece.remaining() > left) {
            throw new IllegalStateException(
                    open + ": announced " + announced + " bytes, got " + (piece.remaining() - left) + " more");
        }
        left -= piece.remaining();
        sink.write(piece);
    }

    public void end() {
        if (open.isEmpty()) {
            throw new IllegalStateException("end of no record");
        }
        if (left != 0) {
            throw new IllegalStateException(open + ": announced " + announced + " bytes, got " + left + " fewer");
        }
        sink.write(ByteBuffer.wrap(ZEROES, 0, (int) (RecordHeader.padded(announced) - announced)));
        open = "";
    }
}
