/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.c: time as Xen publishes it: a moment (tsc_timestamp, system_time) and the scale of the
 * TSC, under a version that is odd while Xen writes.
 */
#include "clock.h"
#include "events.h"
#include "hypercall.h"
#include "memory.h"
#include "traps.h"

static u64 booted;
static u64 alarm = NEVER;
static u64 ahead;        /* of Xen's system time, which after a restore is another host's */
static u64 suspended_at;

static u64 read_tsc(void) {
    u32 low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (u64)high << 32 | low;
}

static u64 system_time(void) {
    const volatile struct vcpu_time_info *time = &events_vcpu()->time;
    u32 version;
    u64 now;
    do {
        version = time->version;
        barrier();
        u64 delta = read_tsc() - time->tsc_timestamp;
        delta = time->tsc_shift < 0 ? delta >> -time->tsc_shift : delta << time->tsc_shift;
        now = time->system_time + (u64)((unsigned __int128)delta * time->tsc_to_system_mul >> 32);
        barrier();
    } while (version & 1 || version != time->version);
    return now;
}

u64 clock_now(void) { return system_time() + ahead; }

u64 clock_since_boot(void) { return clock_now() - booted; }

u64 clock_wall(void) {
    const volatile struct shared_info *shared = shared_info;
    u32 version;
    u64 base;
    do {
        version = shared->wallclock_version;
        barrier();
        u64 seconds = (u64)shared->wallclock_sec_high << 32 | shared->wallclock_sec;
        base = seconds * NANOSECONDS + shared->wallclock_nsec;
        barrier();
    } while (version & 1 || version != shared->wallclock_version);
    return base + system_time();
}

void clock_alarm(u64 when) {
    if (events_take(SOURCE_TIMER)) alarm = NEVER;
    if (when == alarm) return;
    alarm = when;
    struct vcpu_singleshot_timer timer = {.timeout_abs_ns = when - ahead};
    if (when == NEVER)
        vcpu_op(VCPU_STOP_SINGLESHOT_TIMER, 0, 0);
    else
        assert(vcpu_op(VCPU_SET_SINGLESHOT_TIMER, 0, &timer) == 0);
}

void clock_suspend(void) { suspended_at = clock_now(); }

static void start_timer(void) {
    vcpu_op(VCPU_STOP_PERIODIC_TIMER, 0, 0); /* a new vcpu has one every 10 ms */
    events_bind_virq(VIRQ_TIMER, SOURCE_TIMER);
}

void clock_resume(bool cancelled) {
    alarm = NEVER;
    if (cancelled) return;
    ahead = suspended_at - system_time();
    start_timer();
}

void clock_attach(void) {
    start_timer();
    booted = clock_now();
}
