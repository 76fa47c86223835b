/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console.c: bytes to and from the console ring. A full ring makes the writer wait for the
 * backend's event, so that nothing printed is ever lost.
 */
#include "console.h"
#include "events.h"
#include "hypercall.h"
#include "line.h"
#include "memory.h"
#include "traps.h"

static volatile struct console_ring *ring;
static bool panicking;
static u32 column;

static bool has_room(void) { return ring->out_prod - ring->out_cons < sizeof ring->out; }

static void put_raw(char c) {
    if (!ring) return;
    if (panicking) hypercall3(HYPERCALL_CONSOLE_IO, CONSOLE_IO_WRITE, 1, &c);
    if (!has_room()) {
        if (panicking) return;
        console_flush();
        wait_until(has_room());
    }
    ring->out[ring->out_prod % sizeof ring->out] = c;
    memory_barrier();
    ring->out_prod++;
}

/* A line that is complete is shown at once: what prints it may compute for long. */
void console_put(char c) {
    if (c == '\n') put_raw('\r');
    put_raw(c);
    column = c == '\n' || c == '\r' ? 0 : c == '\b' ? column - 1 : column + 1;
    if (c == '\n') console_flush();
}

void console_flush(void) {
    memory_barrier();
    if (ring) events_notify(start_info->console_evtchn);
}

void console_interrupt(void) {
    if (column) console_put('\n');
    line_hidden();
}

void console_panic(void) { panicking = true; }

bool console_read_line(void) {
    bool complete = false, any = false;
    while (!complete && ring->in_cons != ring->in_prod) {
        memory_barrier();
        char c = ring->in[ring->in_cons % sizeof ring->in];
        memory_barrier();
        ring->in_cons++;
        any = true;
        complete = line_typed(c);
    }
    if (any) console_flush();
    return complete;
}

void console_resume(void) {
    ring = pfn_pointer(mfn_pfn(start_info->console_mfn));
    events_bind(start_info->console_evtchn, SOURCE_CONSOLE);
}

void console_attach(void) {
    if (start_info->console_mfn) console_resume();
}

/* Waits until the backend has taken everything, then lets go of the ring. */
void console_suspend(void) {
    console_flush();
    wait_until(ring->out_cons == ring->out_prod);
    ring = 0;
}
