/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.c: boots, then does three things for ever: what events ask for, what is due, and
 * running processes in turn. When there is none of it, the vcpu blocks and costs nothing.
 */
#include "kernel.h"
#include "clock.h"
#include "console.h"
#include "control.h"
#include "events.h"
#include "hypercall.h"
#include "memory.h"
#include "process.h"
#include "recursive.h"
#include "shell.h"
#include "suspend.h"
#include "xenstore.h"

#define SLICE (10 * MILLISECOND)

bool kernel_ticks;

static void act_on_events(void) {
    if (events_take(SOURCE_XENSTORE)) xenstore_collect();
    control_check();
    suspend_check();
    if (events_take(SOURCE_CONSOLE)) shell_input();
}

static u64 earlier(u64 a, u64 b) { return a < b ? a : b; }

/* Prints what is due; returns when the next line is. */
static u64 tick(u64 now) {
    static u64 next, count;
    if (!kernel_ticks) return next = 0, NEVER;
    if (!next) next = now;
    if (now < next) return next;
    announce("TICK %u", ++count);
    next += NANOSECONDS;
    if (next <= now) next = now + NANOSECONDS; /* the domain was paused: do not catch up */
    return next;
}

/* Makes those ready whose time has come; returns when the next one's is. */
static u64 wake_sleepers(u64 now) {
    u64 next = NEVER;
    for (u32 i = 0; i < MAX_PROCESSES; i++) {
        struct process *p = &processes[i];
        if (p->state != SLEEPING) continue;
        if (p->wake_at <= now)
            p->state = READY;
        else
            next = earlier(next, p->wake_at);
    }
    return next;
}

static struct process *next_ready(void) {
    static u32 last;
    for (u32 i = 1; i <= MAX_PROCESSES; i++) {
        struct process *p = &processes[(last + i) % MAX_PROCESSES];
        if (p->state != READY) continue;
        last = (last + i) % MAX_PROCESSES;
        return p;
    }
    return 0;
}

void kernel_turn(void) {
    act_on_events();
    u64 now = clock_now();
    u64 due = earlier(tick(now), wake_sleepers(now));
    struct process *p = next_ready();
    clock_alarm(p ? earlier(due, now + SLICE) : due);
    events_mask();
    if (events_raised())
        events_unmask();
    else if (p)
        process_run(p);
    else
        sched_op(SCHED_BLOCK, 0);
}

/* Seldom enough that an idle pebble costs next to nothing: a page is some 5,000 instructions. */
static void first_processes(void) {
    u32 pid;
    process_spawn(4, 8 * NANOSECONDS, &pid);
    process_spawn(3, 6 * NANOSECONDS, &pid);
}

void kernel_main(struct start_info *info) {
    start_info = info;
    shared_info_attach();
    events_attach();
    traps_attach();
    events_unmask();
    clock_attach();
    console_attach();
    memory_attach();
    recursive_attach();
    print("pebble 1 on %s: %u pages (%u MiB), 1 vcpu\n", start_info->magic, start_info->nr_pages,
            start_info->nr_pages >> 8);
    console_flush();
    xenstore_attach();
    control_attach();
    suspend_attach();
    first_processes();
    print("domid %u, name %s, ready after %u us\n", control_domid, control_name, clock_since_boot() / 1000);
    console_prompt();
    for (;;) kernel_turn();
}
