package dev.xenolith.engine.evtchn;

/** One of the two forms of pending and mask bits ({@code struct evtchn_port_ops} in Xen). Only usable channels come here. */
interface PendingBits {

    /** Ports this form can describe. */
    int ports();

    /** The channel has just been bound. */
    void bound(Channel channel);

    void setPending(int vcpu, Channel channel);

    void clearPending(Channel channel);

    /** Clears the mask, and notifies the channel's vcpu if an event is pending. */
    void unmask(Channel channel);

    boolean pending(Channel channel);

    boolean masked(Channel channel);

    /** A closed port that is still on a queue and cannot be given out yet. */
    boolean busy(Channel channel);

    /** 0 or a negative errno. */
    int setPriority(Channel channel, int priority);
}
