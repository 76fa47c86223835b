package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.XenstoreWire;

/** What a path may look like, and its parts. Paths here are absolute, or special and start with {@code @}. */
final class StorePath {

    static final String ROOT = "/";

    private static final String PUNCTUATION = "-/_@";

    private StorePath() {}

    /** Makes a given path absolute, or refuses it with EINVAL. */
    static String canonical(String given, String home, boolean special) {
        if (!given.chars().allMatch(StorePath::allowed) || (given.startsWith("@") && !special)) {
            throw new StoreFailure(Errno.EINVAL);
        }
        String path = isRelative(given) ? home + "/" + given : given;
        boolean tail = path.endsWith("/") && !path.equals(ROOT);
        if (tail || path.contains("//") || tooLong(path)) {
            throw new StoreFailure(Errno.EINVAL);
        }
        return path;
    }

    static boolean isRelative(String given) {
        return !given.startsWith("/") && !given.startsWith("@");
    }

    static boolean isSpecial(String path) {
        return path.startsWith("@");
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String child(String parent, String name) {
        return parent.equals(ROOT) ? ROOT + name : parent + "/" + name;
    }

    /** Whether {@code path} is {@code top} or below it. */
    static boolean isWithin(String path, String top) {
        return path.startsWith(top)
                && (path.length() == top.length() || top.equals(ROOT) || path.charAt(top.length()) == '/');
    }

    private static boolean allowed(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || PUNCTUATION.indexOf(c) >= 0;
    }

    /** The part below a domain's home may have 2048 bytes, the whole 3072. */
    private static boolean tooLong(String path) {
        int local = path.startsWith(GuestNames.HOMES) ? path.indexOf('/', GuestNames.HOMES.length()) + 1 : 0;
        return path.length() > XenstoreWire.ABSOLUTE_PATH_MAX || path.length() - local > XenstoreWire.RELATIVE_PATH_MAX;
    }
}
