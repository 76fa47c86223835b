package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Virq;

/** The port of each virq of each vcpu; 0: not bound. What is not a vcpu's own is vcpu 0's. */
final class VirqTable {

    private final int[] ports;

    VirqTable(int vcpus) {
        ports = new int[vcpus * Virq.COUNT];
    }

    int port(int virq, int vcpu) {
        return ports[slot(virq, vcpu)];
    }

    void bind(int virq, int vcpu, int port) {
        ports[slot(virq, vcpu)] = port;
    }

    void unbind(int virq, int vcpu) {
        ports[slot(virq, vcpu)] = 0;
    }

    private static int slot(int virq, int vcpu) {
        return (VirqKind.of(virq) == VirqKind.VCPU ? vcpu : 0) * Virq.COUNT + virq;
    }
}
