/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"
#include "hypercall.h"
#include "memory.h"
#include "traps.h"

enum { PORTS = 4096 };

static u8 sources[PORTS]; /* source + 1 of each bound port */
static volatile u32 raised;

struct vcpu_info *events_vcpu(void) { return &shared_info->vcpu[0]; }

void events_attach(void) { memset(shared_info->event_mask, 0xff, sizeof shared_info->event_mask); }

/* Xen's shared info says which channels were unmasked; a cancelled suspend leaves them so. */
void events_resume(bool cancelled) {
    if (cancelled) return;
    events_attach();
    memset(sources, 0, sizeof sources);
}

void events_bind(u32 port, enum source source) {
    assert(port < PORTS);
    sources[port] = source + 1;
    event_channel_op(EVTCHN_UNMASK, &port);
}

u32 events_bind_virq(u32 virq, enum source source) {
    struct evtchn_bind_virq bind = {.virq = virq, .vcpu = 0};
    assert(event_channel_op(EVTCHN_BIND_VIRQ, &bind) == 0);
    events_bind(bind.port, source);
    return bind.port;
}

void events_notify(u32 port) { event_channel_op(EVTCHN_SEND, &port); }

static void collect_word(u32 word) {
    u64 pending = shared_info->event_pending[word] & ~shared_info->event_mask[word];
    __atomic_fetch_and(&shared_info->event_pending[word], ~pending, __ATOMIC_SEQ_CST);
    while (pending) {
        u32 port = word * 64 + __builtin_ctzl(pending);
        pending &= pending - 1;
        if (sources[port]) events_raise(sources[port] - 1);
    }
}

/* Runs in the upcall, events masked by Xen. */
void events_collect(void) {
    struct vcpu_info *vcpu = events_vcpu();
    vcpu->upcall_pending = 0;
    u64 selector = __atomic_exchange_n(&vcpu->pending_selector, 0, __ATOMIC_SEQ_CST);
    for (; selector; selector &= selector - 1) collect_word(__builtin_ctzl(selector));
}

bool events_take(enum source source) {
    return __atomic_fetch_and(&raised, ~(1u << source), __ATOMIC_SEQ_CST) >> source & 1;
}

void events_raise(enum source source) { __atomic_fetch_or(&raised, 1u << source, __ATOMIC_SEQ_CST); }

bool events_raised(void) { return raised != 0; }

void events_mask(void) {
    events_vcpu()->upcall_mask = 1;
    barrier();
}

void events_unmask(void) {
    volatile struct vcpu_info *vcpu = events_vcpu();
    barrier();
    vcpu->upcall_mask = 0;
    /* What came while masked is delivered on the way out of any hypercall. */
    if (vcpu->upcall_pending) hypercall2(HYPERCALL_XEN_VERSION, XENVER_VERSION, 0);
}
