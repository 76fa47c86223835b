package dev.xenolith.engine;

/** A sound image needs something this host does not have. */
public final class ImageIncompatibleException extends EngineException {

    private static final long serialVersionUID = 1L;

    private static final String WHOLE = "IMAGE";

    private final String needs;
    private final String has;
    private final String record;
    private final long offset;

    public ImageIncompatibleException(String needs, String has) {
        this(needs, has, WHOLE, 0);
    }

    /** @param record that asks for it, at {@code offset} of the image */
    public ImageIncompatibleException(String needs, String has, String record, long offset) {
        super("image needs " + needs + ", this host has " + has);
        this.needs = needs;
        this.has = has;
        this.record = record;
        this.offset = offset;
    }

    public String needs() {
        return needs;
    }

    public String has() {
        return has;
    }

    /** {@code IMAGE} where no single record is to blame. */
    public String record() {
        return record;
    }

    public long offset() {
        return offset;
    }
}
