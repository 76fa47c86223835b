/* SPDX-License-Identifier: Apache-2.0 */
/* xenstore_fill.c: xenstore paths that are not ours, too long, too many. */
#include "hostile.h"
#include "xenstore.h"

static char text[3200];

static void answer(const char *name, const char *error) { print("%s: %s\n", name, error ? error : "OK"); }

static const char *long_text(u32 length) {
    memset(text, 'x', length);
    text[length] = 0;
    return text;
}

static void write_wrongly(void) {
    char value[64];
    answer("write domain 0's name", xenstore_write("/local/domain/0/name", "mine"));
    answer("write the root", xenstore_write("/", "mine"));
    answer("write its own name", xenstore_write("name", "another"));
    answer("write its memory target", xenstore_write("memory/target", "1"));
    answer("read a path that is not there", xenstore_read("data/none", value, sizeof value));
    answer("read a path with two slashes", xenstore_read("data//none", value, sizeof value));
    answer("read a path with a space", xenstore_read("data/no ne", value, sizeof value));
    answer("read a path that ends in a slash", xenstore_read("data/", value, sizeof value));
    answer("read an empty path", xenstore_read("", value, sizeof value));
    answer("write a path too long", xenstore_write(long_text(2100), "x"));
    answer("write a value of 2048 bytes", xenstore_write("data/long", long_text(2048)));
    answer("write a value of 3000 bytes", xenstore_write("data/long", long_text(3000)));
    answer("remove its home", xenstore_remove("/local/domain"));
    answer("remove a path that is not there", xenstore_remove("data/none/none"));
    answer("remove the long value", xenstore_remove("data/long"));
}

static void fill(void) {
    const char *error = 0;
    u32 count = 0;
    for (; count < 20000 && !error; count++) {
        char path[32] = "data/fill/";
        text_decimal(path + strlen(path), count);
        error = xenstore_write(path, "full");
    }
    print("nodes written: %s\n", count > 500 && count < 5000 ? "500 to 5000" : "another number");
    answer("one more node", error);
    answer("remove them all", xenstore_remove("data/fill"));
    answer("write again", xenstore_write("data/fill", "x"));
}

static void watch_too_much(void) {
    const char *error = 0;
    u32 count = 0;
    for (; count < 20000 && !error; count++) {
        char path[32] = "data/watch/";
        text_decimal(path + strlen(path), count);
        error = xenstore_watch(path, 0);
    }
    print("watches set: %s\n", count > 50 && count < 5000 ? "50 to 5000" : "another number");
    answer("one more watch", error);
}

void attempt_xenstore(void) {
    write_wrongly();
    fill();
    watch_too_much();
}
