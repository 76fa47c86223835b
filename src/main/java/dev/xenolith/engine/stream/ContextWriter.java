package dev.xenolith.engine.stream;

import java.nio.ByteBuffer;

/**
 * Writes domain-context entries in stages: begin, data, end. The length is announced, so nothing is kept back; more or
 * less data than announced is our own mistake.
 */
public final class ContextWriter {

    /** Takes the bytes, in order. A dry run takes and drops them. */
    @FunctionalInterface
    public interface Sink {

        /** Takes what remains and leaves the buffer as it was. */
        void bytes(ByteBuffer piece);
    }

    private static final byte[] ZEROES = new byte[RecordHeader.ALIGN];

    private final Sink sink;
    private long written;
    private boolean open;
    private ContextDescriptor current = new ContextDescriptor(0, 0, 0, 0);
    private long left;
    private int allowedTypecode = -1;
    private int allowedVcpu;

    ContextWriter(Sink sink) {
        this.sink = sink;
    }

    /** Bytes written so far. */
    long written() {
        return written;
    }

    /** The handler that writes next may only write entries of its own. */
    void allow(int typecode, int vcpu) {
        allowedTypecode = typecode;
        allowedVcpu = vcpu;
    }

    public void begin(int typecode, int vcpu, long length) {
        if (open) {
            throw new IllegalStateException("context entry " + typecode + " begun inside " + current.typecode());
        }
        if (typecode != allowedTypecode || vcpu != allowedVcpu) {
            throw new IllegalStateException("context entry: expected type " + allowedTypecode + " of vcpu "
                    + allowedVcpu + ", got type " + typecode + " of vcpu " + vcpu);
        }
        if (length < 0 || length > StreamLimits.RECORD_LENGTH_MAX) {
            throw new IllegalArgumentException("context entry " + typecode + " length: expected at most "
                    + StreamLimits.RECORD_LENGTH_MAX + ", got " + length);
        }
        current = new ContextDescriptor(typecode, vcpu, 0, length);
        emit(current.encode());
        open = true;
        left = length;
    }

    public void data(ByteBuffer piece) {
        if (!open) {
            throw new IllegalStateException("context data outside of any entry");
        }
        if (piece.remaining() > left) {
            throw new IllegalStateException("context entry " + current.typecode() + ": announced " + current.length()
                    + " bytes, got " + (piece.remaining() - left) + " more");
        }
        left -= piece.remaining();
        emit(piece);
    }

    public void end() {
        if (!open) {
            throw new IllegalStateException("end of no context entry");
        }
        if (left != 0) {
            throw new IllegalStateException("context entry " + current.typecode() + ": announced " + current.length()
                    + " bytes, got " + left + " fewer");
        }
        emit(ByteBuffer.wrap(ZEROES, 0, (int) (RecordHeader.padded(current.length()) - current.length())));
        open = false;
    }

    /** Writes a whole entry. */
    public void write(int typecode, int vcpu, ByteBuffer body) {
        begin(typecode, vcpu, body.remaining());
        data(body);
        end();
    }

    /** A handler that returns with its entry open has forgotten to end it. */
    void requireClosed() {
        if (open) {
            throw new IllegalStateException("context entry " + current.typecode() + " was never ended");
        }
    }

    private void emit(ByteBuffer piece) {
        written += piece.remaining();
        sink.bytes(piece);
    }
}
