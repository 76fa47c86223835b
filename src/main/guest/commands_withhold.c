/* SPDX-License-Identifier: Apache-2.0 */
/* commands_withhold.c: pages that a toolstack cannot exchange, for those who want to see it refuse. */
#include "print.h"
#include "shell.h"
#include "text.h"
#include "withhold.h"

static void withhold(int count, const char **words) {
    u64 pfn = 0;
    if (count == 2 && text_equal(words[1], "grant"))
        pfn = withhold_grant();
    else if (count == 2 && text_equal(words[1], "m2p"))
        pfn = withhold_m2p();
    else if (count == 2 && text_equal(words[1], "p2m"))
        pfn = withhold_p2m();
    else
        print("withhold grant, withhold m2p, or withhold p2m\n");
    if (pfn) print("withheld: pfn %u\n", pfn);
}

static void give_back(int count, const char **words) {
    (void)count, (void)words;
    print("given back: %u pages\n", withhold_none());
}

const struct command withhold_commands[] = {
    {"withhold", "grant|m2p|p2m", "a page that no toolstack can exchange", withhold},
    {"giveback", "", "such pages are as any other again", give_back},
    {0},
};
