/* SPDX-License-Identifier: Apache-2.0 */
/* event_channels.c: ports that do not exist, are not ours, or are too many. */
#include "events.h"
#include "hostile.h"

struct alloc_unbound {
    u16 domid, remote;
    u32 port;
};
struct bind_interdomain {
    u16 remote;
    u32 remote_port, port;
};
struct bind_ipi {
    u32 vcpu, port;
};
struct status {
    u16 domid;
    u32 port, status, vcpu, rest[2];
};

static s64 on_port(u32 command, u32 port) { return event_channel_op(command, &port); }

static void bind_wrongly(void) {
    struct evtchn_bind_virq virq = {99, 0, 0};
    outcome("bind a virq that does not exist", event_channel_op(1, &virq));
    virq = (struct evtchn_bind_virq){VIRQ_TIMER, 77, 0};
    outcome("bind a virq on a vcpu that does not exist", event_channel_op(1, &virq));
    virq = (struct evtchn_bind_virq){VIRQ_TIMER, 0, 0};
    outcome("bind the timer twice", event_channel_op(1, &virq));
    struct bind_ipi ipi = {9, 0};
    outcome("bind an ipi on a vcpu that does not exist", event_channel_op(7, &ipi));
    struct bind_interdomain inter = {0, 1, 0};
    outcome("bind to a port of domain 0 that is not offered", event_channel_op(0, &inter));
    inter = (struct bind_interdomain){0x1234, 1, 0};
    outcome("bind to a domain that is not there", event_channel_op(0, &inter));
    inter = (struct bind_interdomain){0, 0x7fffffff, 0};
    outcome("bind to a port beyond all", event_channel_op(0, &inter));
    u32 pirq[3] = {1, 0, 0};
    outcome("bind a physical interrupt", event_channel_op(2, pirq));
}

static void use_wrongly(void) {
    outcome("send to port 0", on_port(EVTCHN_SEND, 0));
    outcome("send to a closed port", on_port(EVTCHN_SEND, 60));
    outcome("send to a port beyond all", on_port(EVTCHN_SEND, 0x7fffffff));
    outcome("send to the timer's port", on_port(EVTCHN_SEND, 3));
    outcome("unmask a port beyond all", on_port(EVTCHN_UNMASK, 0x7fffffff));
    outcome("unmask a closed port", on_port(EVTCHN_UNMASK, 60));
    outcome("close port 0", on_port(EVTCHN_CLOSE, 0));
    outcome("close a closed port", on_port(EVTCHN_CLOSE, 60));
    outcome("close a port beyond all", on_port(EVTCHN_CLOSE, 0x7fffffff));
    struct status status = {.domid = DOMID_SELF, .port = 60};
    outcome("status of a closed port", event_channel_op(5, &status));
    outcome("is", status.status);
    status = (struct status){.domid = DOMID_SELF, .port = 0x7fffffff};
    outcome("status of a port beyond all", event_channel_op(5, &status));
    status = (struct status){.domid = 0, .port = 1};
    outcome("status of a port of domain 0", event_channel_op(5, &status));
    u32 vcpu[2] = {1, 9};
    outcome("move a port to a vcpu that does not exist", event_channel_op(8, vcpu));
    u16 domain0 = 0;
    outcome("reset domain 0", event_channel_op(10, &domain0));
    outcome("an unknown event channel operation", event_channel_op(40, &vcpu));
}

static void exhaust(void) {
    static u32 ports[4096];
    u32 count = 0;
    s64 result = 0;
    while (count < LENGTH(ports)) {
        struct alloc_unbound unbound = {DOMID_SELF, DOMID_SELF, 0};
        result = event_channel_op(6, &unbound);
        if (result) break;
        ports[count++] = unbound.port;
    }
    print("ports allocated: %s\n", count > 500 ? "more than 500" : "fewer");
    outcome("one more port", result);
    for (u32 i = 0; i < count; i++) on_port(EVTCHN_CLOSE, ports[i]);
    struct alloc_unbound unbound = {DOMID_SELF, DOMID_SELF, 0};
    outcome("a port after all were closed", event_channel_op(6, &unbound));
    on_port(EVTCHN_CLOSE, unbound.port);
    unbound = (struct alloc_unbound){0, DOMID_SELF, 0};
    outcome("a port of domain 0", event_channel_op(6, &unbound));
    unbound = (struct alloc_unbound){DOMID_SELF, 0x1234, 0};
    outcome("a port for a domain that is not there", event_channel_op(6, &unbound));
    on_port(EVTCHN_CLOSE, unbound.port);
}

void attempt_event_channels(void) {
    bind_wrongly();
    use_wrongly();
    exhaust();
}
