/* SPDX-License-Identifier: Apache-2.0 */
/* shell.h: what a typed line does. */
#pragma once
#include "types.h"

enum { MAX_WORDS = 8 };

struct command {
    const char *name, *arguments, *help;
    void (*run)(int count, const char **words);
};

/* Each file commands_*.c holds one table, closed by an entry without name. */
extern const struct command system_commands[], process_commands[], xenstore_commands[], suspend_commands[],
        withhold_commands[], bench_commands[];

/* For SOURCE_CONSOLE: runs each line that was completed. */
void shell_input(void);

/* A number among the words, or its default; says what is wrong with it. */
bool shell_number(int count, const char **words, int at, u64 otherwise, u64 *value);
