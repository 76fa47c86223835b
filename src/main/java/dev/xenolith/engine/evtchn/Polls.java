package dev.xenolith.engine.evtchn;

/** Which vcpus sleep in {@code SCHEDOP_poll}, and for what. Lives only in the hypervisor, so a save carries it. */
final class Polls {

    /** Polls several ports: any event ends it. */
    static final int ANY = -1;

    static final int NONE = 0;

    private final int[] port;
    private int pollers;

    Polls(int vcpus) {
        port = new int[vcpus];
    }

    void begin(int vcpu, int polled) {
        end(vcpu);
        port[vcpu] = polled;
        pollers++;
    }

    void end(int vcpu) {
        if (port[vcpu] != NONE) {
            port[vcpu] = NONE;
            pollers--;
        }
    }

    int port(int vcpu) {
        return port[vcpu];
    }

    boolean none() {
        return pollers == 0;
    }

    int[] ports() {
        return port.clone();
    }
}
