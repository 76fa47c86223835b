/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suspend.c: what a PV guest does so that it can be saved: everything that names a frame of this
 * host is given up or turned into what the toolstack can find and translate.
 *
 *     freeze processes
 *     xenstore, devices          suspended; the console last, it tells of the rest
 *     frame numbers              the writer's side of their lock: nobody holds one
 *     page tables                every one pinned, so that it is saved as a page table
 *     alternative recursive map  cleared: a restore pins roots one by one and must not meet it
 *     start info                 by pfn; shared info unmapped
 *     SCHEDOP_shutdown(suspend)  0: woke up in another domain; 1: cancelled, still in this one
 *
 * and the same backwards, where after a 0 every event channel is gone and is bound anew.
 */
#include "suspend.h"
#include "clock.h"
#include "console.h"
#include "control.h"
#include "events.h"
#include "frames.h"
#include "hypercall.h"
#include "memory.h"
#include "process.h"
#include "recursive.h"
#include "text.h"
#include "traps.h"
#include "xenstore.h"

struct alloc_unbound {
    u16 domid, remote_domid;
    u32 port;
};

bool suspend_manual;

static bool requested;

void suspend_requested(void) { requested = true; }

void suspend_withdrawn(void) {
    if (requested) announce("pebble: the toolstack asks no longer");
    requested = false;
}

void suspend_attach(void) {
    struct alloc_unbound unbound = {.domid = DOMID_SELF, .remote_domid = 0};
    char port[12];
    if (event_channel_op(EVTCHN_ALLOC_UNBOUND, &unbound)) return;
    events_bind(unbound.port, SOURCE_SUSPEND);
    text_decimal(port, unbound.port);
    xenstore_write("device/suspend/event-channel", port);
}

/* Everything between the last word on the console and the first one after. */
static s64 leave(void) {
    const u32 reason = SHUTDOWN_SUSPEND;
    u64 shared_info_maddr = start_info->shared_info;
    u64 start_info_mfn = pfn_mfn(pointer_pfn(start_info));
    events_mask();
    start_info->store_mfn = mfn_pfn(start_info->store_mfn);
    start_info->console_mfn = mfn_pfn(start_info->console_mfn);
    shared_info_detach();
    frames_seal();
    s64 result = hypercall3(HYPERCALL_SCHED_OP, SCHED_SHUTDOWN, &reason, start_info_mfn);
    if (result) { /* cancelled: nobody has rewritten the start info */
        start_info->shared_info = shared_info_maddr;
        start_info->store_mfn = pfn_mfn(start_info->store_mfn);
        start_info->console_mfn = pfn_mfn(start_info->console_mfn);
    }
    shared_info_attach();
    return result;
}

static void prepare(void) {
    announce("suspend: %u processes frozen", processes_alive());
    xenstore_suspend();
    announce("suspend: xenstore quiet");
    frames_suspend();
    announce("suspend: no frame number is in use; vcpu 0 is the only one");
    announce("suspend: %u page tables pinned for the save", processes_pin_for_save());
    announce("suspend: alternative recursive mapping %s", recursive_clear_alternative() ? "cleared" : "not in use");
    clock_suspend();
    announce("suspend: console goes quiet");
    console_suspend();
}

static void go_on(bool cancelled) {
    frames_resume();
    events_resume(cancelled);
    clock_resume(cancelled);
    console_resume();
    events_unmask();
    announce("resume: %s", cancelled ? "cancelled, event channels are as they were" : "elsewhere, all event channels are new");
    announce("resume: %u page tables unpinned again", processes_unpin_after_save());
    xenstore_resume();
    control_attach();
    if (!cancelled) suspend_attach();
    events_raise(SOURCE_CONSOLE); /* what was typed before, and what came meanwhile */
    events_raise(SOURCE_XENSTORE);
    announce("resume: domid %u, %u processes go on", control_domid, processes_alive());
}

const char *suspend_now(void) {
    if (!requested) return "the toolstack did not ask for it";
    requested = false;
    xenstore_write("control/shutdown", ""); /* acknowledged */
    prepare();
    go_on(leave() != 0);
    return 0;
}

void suspend_check(void) {
    static bool told;
    if (events_take(SOURCE_SUSPEND)) suspend_requested();
    if (!requested) {
        told = false;
    } else if (!suspend_manual) {
        suspend_now();
    } else if (!told) {
        told = true;
        announce("pebble: waits for the command suspend");
    }
}
