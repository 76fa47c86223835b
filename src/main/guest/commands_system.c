/* SPDX-License-Identifier: Apache-2.0 */
/* commands_system.c: what pebble says about itself and its domain. */
#include "clock.h"
#include "console.h"
#include "control.h"
#include "events.h"
#include "hypercall.h"
#include "kernel.h"
#include "memory.h"
#include "shell.h"
#include "traps.h"

static void about(int count, const char **words) {
    (void)count, (void)words;
    char extra[16] = "";
    u64 version = hypercall2(HYPERCALL_XEN_VERSION, XENVER_VERSION, 0);
    hypercall2(HYPERCALL_XEN_VERSION, XENVER_EXTRAVERSION, extra);
    print("pebble 1, domid %u, name %s\n", control_domid, control_name);
    print("Xen %u.%u%s, command line \"%s\"\n", version >> 16, version & 0xffff, extra, start_info->cmd_line);
    print("console port %u, xenstore port %u\n", start_info->console_evtchn, start_info->store_evtchn);
}

static void mem(int count, const char **words) {
    (void)count, (void)words;
    u64 all = start_info->nr_pages, unused = memory_free_pages();
    print("pages: %u in all, %u in use, %u free\n", all, all - unused, unused);
}

static void uptime(int count, const char **words) {
    (void)count, (void)words;
    u64 up = clock_since_boot();
    print("up %u.%03u s\n", up / NANOSECONDS, up % NANOSECONDS / MILLISECOND);
}

/* Days since 1970 to a date, by the usual shift of the year to begin in March. */
static void print_day(u64 days) {
    days += 719468;
    u64 era = days / 146097, day = days % 146097;
    u64 year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    u64 day_of_year = day - (365 * year + year / 4 - year / 100);
    u64 shifted = (5 * day_of_year + 2) / 153;
    u64 month = shifted < 10 ? shifted + 3 : shifted - 9;
    print("%u-%02u-%02u", era * 400 + year + (month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1);
}

static void date(int count, const char **words) {
    (void)count, (void)words;
    u64 seconds = clock_wall() / NANOSECONDS, second = seconds % 86400;
    print_day(seconds / 86400);
    print(" %02u:%02u:%02u UTC\n", second / 3600, second / 60 % 60, second % 60);
}

static void echo(int count, const char **words) {
    for (int i = 1; i < count; i++) print(i > 1 ? " %s" : "%s", words[i]);
    print("\n");
}

static void calc(int count, const char **words) {
    const char *text = count > 1 ? words[1] : "";
    u64 a, b;
    bool good = text_number(&text, &a);
    while (good && *text) {
        char operator= *text++;
        good = text_number(&text, &b) && !(operator== '/' && !b);
        if (!good) break;
        switch (operator) {
        case '+': a += b; break;
        case '-': a -= b; break;
        case '*': a *= b; break;
        case '/': a /= b; break;
        default: good = false;
        }
    }
    if (good)
        print("%d\n", a);
    else
        print("expected numbers and + - * / without spaces, from left to right\n");
}

static void tick(int count, const char **words) {
    if (count == 2 && text_equal(words[1], "on"))
        kernel_ticks = true;
    else if (count == 2 && text_equal(words[1], "off"))
        kernel_ticks = false;
    else
        print("tick on, or tick off\n");
}

static void poweroff(int count, const char **words) {
    (void)count, (void)words;
    control_end(SHUTDOWN_POWEROFF);
}

static void reboot(int count, const char **words) {
    (void)count, (void)words;
    control_end(SHUTDOWN_REBOOT);
}

static void crash(int count, const char **words) {
    (void)count, (void)words;
    asm volatile("movq $1, 0x10" ::: "memory"); /* no page is mapped there */
}

const struct command system_commands[] = {
    {"about", "", "versions, domain, command line", about},
    {"mem", "", "pages of memory", mem},
    {"uptime", "", "seconds since boot", uptime},
    {"date", "", "wall clock, UTC", date},
    {"echo", "WORDS", "prints them", echo},
    {"calc", "6*7", "numbers and + - * /", calc},
    {"tick", "on|off", "a line TICK n each second", tick},
    {"poweroff", "", "ends the domain", poweroff},
    {"reboot", "", "ends the domain, to be built anew", reboot},
    {"crash", "", "a kernel fault: registers, then shutdown(crash)", crash},
    {0},
};
