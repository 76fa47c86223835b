package dev.xenolith.engine.stream;

/** Whether a domain-context type has one handler call for the domain or one for each vcpu. */
public enum ContextScope {
    GLOBAL,
    PER_VCPU
}
