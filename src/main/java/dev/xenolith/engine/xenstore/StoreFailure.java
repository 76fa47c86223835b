package dev.xenolith.engine.xenstore;

/** A request that is refused; the client gets the errno's name. Costs no stack trace, since guests may cause many. */
final class StoreFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    StoreFailure(int errno) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
