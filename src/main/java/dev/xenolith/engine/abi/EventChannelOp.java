package dev.xenolith.engine.abi;

/** Commands, argument offsets and statuses of {@code event_channel_op} ({@code public/event_channel.h}). */
public final class EventChannelOp {

    public static final int BIND_INTERDOMAIN = 0;
    public static final int BIND_VIRQ = 1;
    public static final int BIND_PIRQ = 2;
    public static final int CLOSE = 3;
    public static final int SEND = 4;
    public static final int STATUS = 5;
    public static final int ALLOC_UNBOUND = 6;
    public static final int BIND_IPI = 7;
    public static final int BIND_VCPU = 8;
    public static final int UNMASK = 9;
    public static final int RESET = 10;
    public static final int INIT_CONTROL = 11;
    public static final int EXPAND_ARRAY = 12;
    public static final int SET_PRIORITY = 13;

    public static final int STATUS_CLOSED = 0;
    public static final int STATUS_UNBOUND = 1;
    public static final int STATUS_INTERDOMAIN = 2;
    public static final int STATUS_PIRQ = 3;
    public static final int STATUS_VIRQ = 4;
    public static final int STATUS_IPI = 5;

    /** Ports of the 2-level ABI ({@code EVTCHN_2L_NR_CHANNELS}). */
    public static final int TWO_LEVEL_PORTS = 4096;

    /** {@code evtchn_alloc_unbound}: domid_t dom, remote_dom; out port. */
    public static final int ALLOC_UNBOUND_DOM = 0;

    public static final int ALLOC_UNBOUND_REMOTE_DOM = 2;
    public static final int ALLOC_UNBOUND_PORT = 4;
    public static final int ALLOC_UNBOUND_BYTES = 8;

    /** {@code evtchn_bind_interdomain}: domid_t remote_dom, u32 remote_port; out local_port. */
    public static final int BIND_INTERDOMAIN_REMOTE_DOM = 0;

    public static final int BIND_INTERDOMAIN_REMOTE_PORT = 4;
    public static final int BIND_INTERDOMAIN_LOCAL_PORT = 8;
    public static final int BIND_INTERDOMAIN_BYTES = 12;

    /** {@code evtchn_bind_virq}: virq, vcpu; out port. */
    public static final int BIND_VIRQ_VIRQ = 0;

    public static final int BIND_VIRQ_VCPU = 4;
    public static final int BIND_VIRQ_PORT = 8;
    public static final int BIND_VIRQ_BYTES = 12;

    /** {@code evtchn_bind_pirq}: pirq, flags; out port. */
    public static final int BIND_PIRQ_PIRQ = 0;

    public static final int BIND_PIRQ_BYTES = 12;

    /** {@code evtchn_bind_ipi}: vcpu; out port. */
    public static final int BIND_IPI_VCPU = 0;

    public static final int BIND_IPI_PORT = 4;
    public static final int BIND_IPI_BYTES = 8;

    /** {@code evtchn_close}, {@code evtchn_send}, {@code evtchn_unmask}: one port. */
    public static final int PORT_ONLY_BYTES = 4;

    /** {@code evtchn_status}: domid_t dom, port; out status, vcpu, and a union. */
    public static final int STATUS_DOM = 0;

    public static final int STATUS_PORT = 4;
    public static final int STATUS_STATUS = 8;
    public static final int STATUS_VCPU = 12;
    /** {@code u.unbound.dom}, {@code u.interdomain.dom}, {@code u.virq}. */
    public static final int STATUS_UNION = 16;

    public static final int STATUS_INTERDOMAIN_PORT = 20;
    public static final int STATUS_BYTES = 24;

    /** {@code evtchn_bind_vcpu}: port, vcpu. */
    public static final int BIND_VCPU_PORT = 0;

    public static final int BIND_VCPU_VCPU = 4;
    public static final int BIND_VCPU_BYTES = 8;

    /** {@code evtchn_reset}: domid_t dom. */
    public static final int RESET_BYTES = 2;

    /** {@code evtchn_init_control}: u64 control_gfn, u32 offset, u32 vcpu; out u8 link_bits. */
    public static final int INIT_CONTROL_GFN = 0;

    public static final int INIT_CONTROL_OFFSET = 8;
    public static final int INIT_CONTROL_VCPU = 12;
    public static final int INIT_CONTROL_LINK_BITS = 16;
    public static final int INIT_CONTROL_BYTES = 24;

    /** {@code evtchn_expand_array}: u64 array_gfn. */
    public static final int EXPAND_ARRAY_BYTES = 8;

    /** {@code evtchn_set_priority}: port, priority. */
    public static final int SET_PRIORITY_PORT = 0;

    public static final int SET_PRIORITY_PRIORITY = 4;
    public static final int SET_PRIORITY_BYTES = 8;

    /** {@code evtchn_op}, the argument of the compatibility call: u32 cmd, then a union of the structs above. */
    public static final int COMPAT_CMD = 0;

    public static final int COMPAT_UNION = 4;

    private EventChannelOp() {}
}
