package dev.xenolith.engine.cpu;

/**
 * The decoded blocks of one domain, by the host page they lie in, shared by its vcpus (which never run at once). Bounded:
 * when it is full everything is dropped.
 */
public final class CodeCache {
    /** Drops what was decoded from this page (offset of its first byte in the address space's ram). */
    public void invalidate(long hostPage) {}

    /** Drops everything. */
    public void clear() {}
}
