package dev.xenolith.control;

/** A store's unique constraint on names would be broken. */
public final class NameTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NameTakenException(String name) {
        super("name in use: " + name);
    }
}
