package dev.xenolith.engine.checkpoint;

/** A guest publishes no p2m that a toolstack could read; the message says rule, expected, got. */
final class P2mUnreadableException extends Exception {

    private static final long serialVersionUID = 1L;

    P2mUnreadableException(String message) {
        super(message);
    }
}
