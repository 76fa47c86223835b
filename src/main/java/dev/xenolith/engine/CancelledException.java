package dev.xenolith.engine;

/** The caller ended the work; everything is undone. */
public final class CancelledException extends EngineException {

    private static final long serialVersionUID = 1L;

    public CancelledException() {
        super("cancelled");
    }
}
