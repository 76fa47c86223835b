package dev.xenolith.engine.hypercall;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.EventChannelOp;
import dev.xenolith.engine.abi.EventFifo;
import dev.xenolith.engine.domain.Vcpu;
import dev.xenolith.engine.evtchn.ChannelStatus;
import dev.xenolith.engine.evtchn.EventChannels;
import dev.xenolith.engine.mmu.GuestAccess;

/** event_channel_op: reads the structs, writes the ports ({@code xen/common/event_channel.c}). */
final class EventChannelCalls {

    private final EventChannels events;

    EventChannelCalls(EventChannels events) {
        this.events = events;
    }

    long call(Vcpu vcpu, int command, long argument) {
        GuestAccess guest = vcpu.guest().access();
        return switch (command) {
            case EventChannelOp.SEND -> events.send(guest.readInt(argument));
            case EventChannelOp.UNMASK -> events.unmask(guest.readInt(argument));
            case EventChannelOp.CLOSE -> events.close(guest.readInt(argument));
            case EventChannelOp.ALLOC_UNBOUND ->
                port(
                        guest,
                        argument + EventChannelOp.ALLOC_UNBOUND_PORT,
                        events.allocUnbound(
                                domid(guest, argument + EventChannelOp.ALLOC_UNBOUND_DOM),
                                domid(guest, argument + EventChannelOp.ALLOC_UNBOUND_REMOTE_DOM)));
            case EventChannelOp.BIND_INTERDOMAIN ->
                port(
                        guest,
                        argument + EventChannelOp.BIND_INTERDOMAIN_LOCAL_PORT,
                        events.bindInterdomain(
                                domid(guest, argument + EventChannelOp.BIND_INTERDOMAIN_REMOTE_DOM),
                                guest.readInt(argument + EventChannelOp.BIND_INTERDOMAIN_REMOTE_PORT)));
            case EventChannelOp.BIND_VIRQ ->
                port(
                        guest,
                        argument + EventChannelOp.BIND_VIRQ_PORT,
                        events.bindVirq(
                                guest.readInt(argument + EventChannelOp.BIND_VIRQ_VIRQ),
                                guest.readInt(argument + EventChannelOp.BIND_VIRQ_VCPU)));
            case EventChannelOp.BIND_IPI ->
                port(
                        guest,
                        argument + EventChannelOp.BIND_IPI_PORT,
                        events.bindIpi(guest.readInt(argument + EventChannelOp.BIND_IPI_VCPU)));
            case EventChannelOp.BIND_PIRQ -> events.bindPirq(guest.readInt(argument));
            case EventChannelOp.BIND_VCPU ->
                events.bindVcpu(
                        guest.readInt(argument + EventChannelOp.BIND_VCPU_PORT),
                        guest.readInt(argument + EventChannelOp.BIND_VCPU_VCPU));
            case EventChannelOp.STATUS -> status(guest, argument);
            case EventChannelOp.RESET -> events.reset(domid(guest, argument));
            case EventChannelOp.INIT_CONTROL -> initControl(guest, argument);
            case EventChannelOp.EXPAND_ARRAY -> events.expandArray(guest.readLong(argument));
            case EventChannelOp.SET_PRIORITY ->
                events.setPriority(
                        guest.readInt(argument + EventChannelOp.SET_PRIORITY_PORT),
                        guest.readInt(argument + EventChannelOp.SET_PRIORITY_PRIORITY));
            default -> -Errno.ENOSYS;
        };
    }

    /** The old form: the command stands in the struct, before its arguments. */
    long compat(Vcpu vcpu, long argument) {
        int command = vcpu.guest().access().readInt(argument + EventChannelOp.COMPAT_CMD);
        return command >= EventChannelOp.BIND_INTERDOMAIN && command <= EventChannelOp.UNMASK
                ? call(vcpu, command, argument + EventChannelOp.COMPAT_UNION)
                : -Errno.ENOSYS;
    }

    private static int domid(GuestAccess guest, long va) {
        return guest.readShort(va) & 0xffff;
    }

    private long port(GuestAccess guest, long va, int port) {
        if (port < 0) {
            return port;
        }
        guest.writeInt(va, port);
        return 0;
    }

    private long status(GuestAccess guest, long argument) {
        ChannelStatus status = events.status(
                domid(guest, argument + EventChannelOp.STATUS_DOM),
                guest.readInt(argument + EventChannelOp.STATUS_PORT));
        if (status.error() != 0) {
            return status.error();
        }
        guest.writeInt(argument + EventChannelOp.STATUS_STATUS, status.status());
        guest.writeInt(argument + EventChannelOp.STATUS_VCPU, status.vcpu());
        guest.writeInt(argument + EventChannelOp.STATUS_UNION, status.target());
        if (status.status() == EventChannelOp.STATUS_INTERDOMAIN) {
            guest.writeInt(argument + EventChannelOp.STATUS_INTERDOMAIN_PORT, status.remotePort());
        }
        return 0;
    }

    private long initControl(GuestAccess guest, long argument) {
        long result = events.initControl(
                guest.readInt(argument + EventChannelOp.INIT_CONTROL_VCPU),
                guest.readLong(argument + EventChannelOp.INIT_CONTROL_GFN),
                guest.readInt(argument + EventChannelOp.INIT_CONTROL_OFFSET));
        if (result == 0) {
            guest.writeByte(argument + EventChannelOp.INIT_CONTROL_LINK_BITS, (byte) EventFifo.LINK_BITS);
        }
        return result;
    }
}
