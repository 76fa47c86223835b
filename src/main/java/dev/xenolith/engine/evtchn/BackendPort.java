package dev.xenolith.engine.evtchn;

/** A backend's end of a channel. Called on the guest's carrier, never under a lock. */
public interface BackendPort {

    /** The guest sent an event, or may have done so before the channel was bound. */
    void notified();

    /** The guest closed its end; the port may be something else from now on. */
    void closed();
}
