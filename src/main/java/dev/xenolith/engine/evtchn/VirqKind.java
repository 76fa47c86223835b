package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.Virq;

/** Whose a virq is: each vcpu has its own, the domain has one, or one domain of the host (never a guest) gets it. */
enum VirqKind {
    VCPU,
    DOMAIN,
    GLOBAL;

    static VirqKind of(int virq) {
        return switch (virq) {
            case Virq.TIMER, Virq.DEBUG, Virq.XENOPROF, Virq.XENPMU -> VCPU;
            case Virq.ARGO -> DOMAIN;
            default -> GLOBAL;
        };
    }
}
