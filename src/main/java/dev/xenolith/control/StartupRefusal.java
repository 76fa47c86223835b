package dev.xenolith.control;

/** Why the server does not start, in one line that says what to do. */
public final class StartupRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartupRefusal(String line) {
        super(line);
    }
}
