package dev.xenolith.engine.evtchn;

/** What a port is ({@code ECS_*} in Xen). */
public enum ChannelKind {
    FREE,
    RESERVED,
    UNBOUND,
    INTERDOMAIN,
    VIRQ,
    IPI;

    /** Free and reserved ports have no pending or mask bit of their own. */
    boolean usable() {
        return this != FREE && this != RESERVED;
    }
}
