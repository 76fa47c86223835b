/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: runs what the command line names (all that the domain survives, if it names nothing),
 * prints `hostile: end`, then sits on its console like an honest guest.
 */
#include "clock.h"
#include "events.h"
#include "hostile.h"
#include "process.h"
#include "xenstore.h"

static const struct {
    const char *name;
    void (*run)(void);
} themes[] = {
    {"page-tables", attempt_page_tables},
    {"addresses", attempt_addresses},
    {"instructions", attempt_instructions},
    {"reservations", attempt_reservations},
    {"event-channels", attempt_event_channels},
    {"wild-pointers", attempt_wild_pointers},
    {"xenstore", attempt_xenstore},
};

static void run(const char *name) {
    if (*name && attempt_ending(name)) return;
    for (u32 i = 0; i < LENGTH(themes); i++) {
        if (*name && !text_equal(name, themes[i].name)) continue;
        print("hostile: %s\n", themes[i].name);
        themes[i].run();
    }
}

/* There are no processes here. */
void process_stopped(const struct frame *frame, u64 fault_address) {
    (void)fault_address;
    panic(frame, "entry from user mode");
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
    xenstore_attach();
    run(start_info->cmd_line);
    print("hostile: end\n");
    console_flush();
    wait_until(false);
}
