package dev.xenolith.engine;

/**
 * @param kind free, reserved, unbound, interdomain, pirq, virq or ipi
 * @param target what it is bound to: the virq, the remote domain and port, in words
 */
public record EventChannelSnapshot(int port, String kind, String target, int vcpu, boolean pending, boolean masked) {}
