package dev.xenolith.engine;

/** The guest was asked and did not answer in time; it goes on untouched. */
public final class GuestUncooperativeException extends EngineException {

    private static final long serialVersionUID = 1L;

    private final String asked;

    public GuestUncooperativeException(String asked) {
        super("the guest did not answer " + asked);
        this.asked = asked;
    }

    public String asked() {
        return asked;
    }
}
