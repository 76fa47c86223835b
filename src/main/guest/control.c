/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"
#include "console.h"
#include "hypercall.h"
#include "memory.h"
#include "suspend.h"
#include "traps.h"
#include "xenstore.h"

char control_name[64];
u64 control_domid;

void control_attach(void) {
    char domid[12];
    const char *digits = domid;
    xenstore_read("domid", domid, sizeof domid);
    text_number(&digits, &control_domid);
    xenstore_read("name", control_name, sizeof control_name);
    xenstore_write("control/feature-poweroff", "1");
    xenstore_write("control/feature-reboot", "1");
    xenstore_write("control/feature-suspend", "1");
    xenstore_watch("control/shutdown", WATCH_SHUTDOWN);
}

void control_end(u32 reason) {
    console_flush();
    for (;;) sched_op(SCHED_SHUTDOWN, &reason);
}

void control_check(void) {
    char asked[16];
    if (!xenstore_watch_fired(WATCH_SHUTDOWN)) return;
    if (xenstore_read("control/shutdown", asked, sizeof asked) || !*asked) return suspend_withdrawn();
    announce("pebble: the toolstack asks for %s", asked);
    if (text_equal(asked, "suspend")) return suspend_requested();
    xenstore_write("control/shutdown", ""); /* acknowledged */
    if (text_equal(asked, "poweroff") || text_equal(asked, "halt")) control_end(SHUTDOWN_POWEROFF);
    if (text_equal(asked, "reboot")) control_end(SHUTDOWN_REBOOT);
    announce("pebble: %s is not something pebble knows", asked);
}
