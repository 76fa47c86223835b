package dev.xenolith.engine;

/** One xenstore node under {@code /local/domain/<domid>}; a value that is no UTF-8 is shown escaped. */
public record XenstoreEntry(String path, String value, String permissions) {}
