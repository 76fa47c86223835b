package dev.xenolith.engine.evtchn;

import dev.xenolith.engine.abi.EventChannelOp;

/**
 * What {@code EVTCHNOP_status} says.
 *
 * @param error 0, or a negative errno and nothing else is meant
 * @param target the domid allowed or connected, or the virq; else 0
 */
public record ChannelStatus(int error, int status, int vcpu, int target, int remotePort) {

    static ChannelStatus failed(int error) {
        return new ChannelStatus(error, 0, 0, 0, 0);
    }

    static ChannelStatus of(Channel channel) {
        return switch (channel.kind) {
            case FREE, RESERVED -> of(channel, EventChannelOp.STATUS_CLOSED, 0, 0);
            case UNBOUND -> of(channel, EventChannelOp.STATUS_UNBOUND, channel.remoteDomid, 0);
            case INTERDOMAIN -> of(channel, EventChannelOp.STATUS_INTERDOMAIN, channel.remoteDomid, channel.remotePort);
            case VIRQ -> of(channel, EventChannelOp.STATUS_VIRQ, channel.virq, 0);
            case IPI -> of(channel, EventChannelOp.STATUS_IPI, 0, 0);
        };
    }

    private static ChannelStatus of(Channel channel, int status, int target, int remotePort) {
        return new ChannelStatus(0, status, channel.vcpu, target, remotePort);
    }
}
