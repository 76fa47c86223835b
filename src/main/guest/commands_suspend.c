/* SPDX-License-Identifier: Apache-2.0 */
/* commands_suspend.c: what the user of the console may say about suspending. */
#include "print.h"
#include "shell.h"
#include "suspend.h"
#include "text.h"

static void suspend(int count, const char **words) {
    if (count > 1 && text_equal(words[1], "manual")) {
        suspend_manual = true;
    } else if (count > 1 && text_equal(words[1], "auto")) {
        suspend_manual = false;
    } else {
        const char *error = suspend_now();
        if (error) print("suspend refused: %s\n", error);
    }
}

const struct command suspend_commands[] = {
    {"suspend", "[manual|auto]", "goes through with what the toolstack asked", suspend},
    {0},
};
