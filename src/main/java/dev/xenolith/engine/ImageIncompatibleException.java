package dev.xenolith.engine;

/** A sound image needs something this host does not have. */
public final class ImageIncompatibleException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final String needs;
    private final String has;

    public ImageIncompatibleException(String needs, String has) {
        super("image needs " + needs + ", this host has " + has);
        this.needs = needs;
        this.has = has;
    }

    public String needs() {
        return needs;
    }

    public String has() {
        return has;
    }
}
