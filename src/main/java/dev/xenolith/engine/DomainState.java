package dev.xenolith.engine;

/** What a domain that exists is doing. A blocked domain is running. */
public enum DomainState {
    PAUSED,
    RUNNING,
    SUSPENDED,
    SHUTDOWN,
    CRASHED,
    DYING
}
