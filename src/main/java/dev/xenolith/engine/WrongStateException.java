package dev.xenolith.engine;

/** The domain's state does not allow the call. */
public final class WrongStateException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final DomainState state;
    private final String action;

    public WrongStateException(DomainState state, String action) {
        super(action + " is not allowed while " + state);
        this.state = state;
        this.action = action;
    }

    public DomainState state() {
        return state;
    }

    public String action() {
        return action;
    }
}
