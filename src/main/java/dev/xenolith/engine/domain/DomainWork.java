package dev.xenolith.engine.domain;

/** Something beside the vcpus that works for a domain on its carrier: its backends, its xenstore connection. */
public interface DomainWork {

    /** Does a bounded amount; returns whether more is waiting. Called after each round of the vcpus. */
    boolean work();

    DomainWork NONE = () -> false;
}
