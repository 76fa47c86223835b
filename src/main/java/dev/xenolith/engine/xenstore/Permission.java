package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;

/**
 * What one domain may do with a node. The first of a node's permissions names its owner, who may do everything; its
 * letters are what everybody else may do who has no entry.
 */
public record Permission(int domid, boolean read, boolean write) {

    private static final int MAX_DOMID = 65535;

    public static Permission none(int domid) {
        return new Permission(domid, false, false);
    }

    public static Permission readable(int domid) {
        return new Permission(domid, true, false);
    }

    /** Reads {@code r5}, {@code w5}, {@code b5} or {@code n5}. */
    static Permission parse(String text) {
        if (text.isEmpty()) {
            throw new StoreFailure(Errno.EINVAL);
        }
        int domid = Numbers.decimal(text.substring(1), MAX_DOMID);
        return switch (text.charAt(0)) {
            case 'r' -> new Permission(domid, true, false);
            case 'w' -> new Permission(domid, false, true);
            case 'b' -> new Permission(domid, true, true);
            case 'n' -> none(domid);
            default -> throw new StoreFailure(Errno.EINVAL);
        };
    }

    Permission withDomid(int other) {
        return new Permission(other, read, write);
    }

    @Override
    public String toString() {
        char letter = read ? (write ? 'b' : 'r') : (write ? 'w' : 'n');
        return letter + Integer.toString(domid);
    }
}
