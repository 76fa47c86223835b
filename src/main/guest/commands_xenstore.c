/* SPDX-License-Identifier: Apache-2.0 */
/* commands_xenstore.c: looking at xenstore and writing to it. */
#include "console.h"
#include "shell.h"
#include "text.h"
#include "xenstore.h"

static bool failed(const char *path, const char *error) {
    if (error) print("%s: %s\n", path, error);
    return error;
}

static void ls(int count, const char **words) {
    const char *path = count > 1 ? words[1] : "control", *names;
    u32 length;
    if (failed(path, xenstore_directory(path, &names, &length))) return;
    for (u32 at = 0; at < length; at += strlen(names + at) + 1) print("%s\n", names + at);
}

static void read(int count, const char **words) {
    static char value[XENSTORE_PAYLOAD_MAX + 1];
    const char *path = count > 1 ? words[1] : "name";
    if (!failed(path, xenstore_read(path, value, sizeof value))) print("%s\n", value);
}

static void write(int count, const char **words) {
    if (count == 3)
        failed(words[1], xenstore_write(words[1], words[2]));
    else
        print("write PATH VALUE\n");
}

static void rm(int count, const char **words) {
    if (count == 2)
        failed(words[1], xenstore_remove(words[1]));
    else
        print("rm PATH\n");
}

const struct command xenstore_commands[] = {
    {"ls", "PATH", "names below a xenstore path", ls},
    {"read", "PATH", "its value", read},
    {"write", "PATH VALUE", "sets it", write},
    {"rm", "PATH", "removes it and all below", rm},
    {0},
};
