package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.machine.GuestPage;

/** What event channels need of the domain they belong to. */
public interface EventVcpus {

    /** Vcpus of the domain, online or not: those an event can be bound to. */
    int count();

    GuestPage sharedInfo();

    /** The page that holds a vcpu's {@code vcpu_info}: the shared info page, or where the guest registered it. */
    GuestPage infoPage(int vcpu);

    int infoOffset(int vcpu);

    /**
     * A vcpu has something to look at: its upcall became pending, or what it polls for came. It is no longer blocked.
     * Called on the domain's carrier.
     */
    void kick(int vcpu);

    /** From another domain's thread: give this domain a turn, in which it calls {@link EventChannels#deliverInbox}. */
    void wake();
}
