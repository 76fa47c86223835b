package dev.xenolith.engine.xenstore;

/**
 * One watch of one client.
 *
 * @param path absolute or special, in the host's names
 * @param token given back with each event; any bytes but NUL
 * @param relative the client gave a relative path and gets events so
 */
record Watch(String path, String token, boolean relative) {

    boolean hears(String changed, WatchTable.Match match) {
        return match == WatchTable.Match.EXACT ? changed.equals(path) : StorePath.isWithin(changed, path);
    }

    /** What it costs its owner. */
    int bytes() {
        return path.length() + token.length();
    }
}
