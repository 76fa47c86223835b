package dev.xenolith.engine;

/** A change of the domain's memory could be neither finished nor undone: it stays suspended, and can only be destroyed. */
public final class GuestDamagedException extends EngineException {

    private static final long serialVersionUID = 1L;

    public GuestDamagedException(String detail) {
        super("the domain is damaged: " + detail);
    }
}
