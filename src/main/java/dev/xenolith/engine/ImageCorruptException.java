package dev.xenolith.engine;

/** An image's bytes break the format's rules. */
public final class ImageCorruptException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final String record;
    private final long offset;
    private final String expected;
    private final String got;

    public ImageCorruptException(String record, long offset, String expected, String got) {
        super(record + " at offset " + offset + ": expected " + expected + ", got " + got);
        this.record = record;
        this.offset = offset;
        this.expected = expected;
        this.got = got;
    }

    public String record() {
        return record;
    }

    public long offset() {
        return offset;
    }

    public String expected() {
        return expected;
    }

    public String got() {
        return got;
    }
}
