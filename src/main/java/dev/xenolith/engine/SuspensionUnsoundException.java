package dev.xenolith.engine;

/** The guest suspended itself in a state that Xen could not restore; the examination says why. */
public final class SuspensionUnsoundException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final transient SuspendExamination examination;

    public SuspensionUnsoundException(SuspendExamination examination) {
        super(
                examination.errors().isEmpty()
                        ? "the suspension is unsound"
                        : examination.errors().getFirst().message());
        this.examination = examination;
    }

    public SuspendExamination examination() {
        return examination;
    }
}
