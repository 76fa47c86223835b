/* SPDX-License-Identifier: Apache-2.0 */
#include "shell.h"
#include "console.h"
#include "text.h"

static const struct command *const tables[] = {system_commands, process_commands, xenstore_commands, suspend_commands,
        withhold_commands, bench_commands};

static void help(void) {
    for (u32 t = 0; t < LENGTH(tables); t++)
        for (const struct command *c = tables[t]; c->name; c++)
            print("  %-8s %-22s %s\n", c->name, c->arguments, c->help);
}

static int split(char *line, const char **words) {
    int count = 0;
    while (count < MAX_WORDS) {
        while (*line == ' ') *line++ = 0;
        if (!*line) break;
        words[count++] = line;
        while (*line && *line != ' ') line++;
    }
    return count;
}

static const struct command *find(const char *name) {
    for (u32 t = 0; t < LENGTH(tables); t++)
        for (const struct command *c = tables[t]; c->name; c++)
            if (text_equal(c->name, name)) return c;
    return 0;
}

bool shell_number(int count, const char **words, int at, u64 otherwise, u64 *value) {
    *value = otherwise;
    if (at >= count) return true;
    const char *text = words[at];
    if (text_number(&text, value) && !*text) return true;
    print("expected a number, got %s\n", words[at]);
    return false;
}

static void run(char *line) {
    const char *words[MAX_WORDS];
    int count = split(line, words);
    if (!count) return;
    const struct command *command = find(words[0]);
    if (command)
        command->run(count, words);
    else if (text_equal(words[0], "help"))
        help();
    else
        print("no command %s; try help\n", words[0]);
}

void shell_input(void) {
    static bool running; /* a command that waits lets typed bytes wait too */
    if (running) return;
    running = true;
    while (console_read_line()) {
        char line[256];
        text_copy(line, console_line(), sizeof line);
        run(line);
        console_prompt();
    }
    running = false;
}
