package dev.xenolith.engine;

/** The host has too few free frames. */
public final class InsufficientMemoryException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final long neededFrames;
    private final long freeFrames;

    public InsufficientMemoryException(long neededFrames, long freeFrames) {
        super("needed " + neededFrames + " frames, free " + freeFrames);
        this.neededFrames = neededFrames;
        this.freeFrames = freeFrames;
    }

    public long neededFrames() {
        return neededFrames;
    }

    public long freeFrames() {
        return freeFrames;
    }
}
