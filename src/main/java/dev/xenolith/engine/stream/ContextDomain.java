package dev.xenolith.engine.stream;

import dev.xenolith.engine.DomainState;

/** What saving and loading context needs to know of a domain. Pauses nest. */
public interface ContextDomain {

    DomainState state();

    int vcpus();

    void pause();

    void unpause();
}
