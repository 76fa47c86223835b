/* SPDX-License-Identifier: Apache-2.0 */
#include "line.h"
#include "console.h"

enum { BACKSPACE = 8, KILL_LINE = 21, DELETE = 127, ROOM = 256 };

static char line[ROOM];
static u32 length;
static bool hidden;

void console_prompt(void) {
    print("pebble> ");
    console_flush();
    hidden = false;
    length = 0;
}

const char *console_line(void) { return line; }

void line_hidden(void) { hidden = true; }

static void show_again(void) {
    line[length] = 0;
    print("pebble> %s", line);
    hidden = false;
}

static void erase(void) {
    length--;
    print("\b \b");
}

bool line_typed(char c) {
    static char last;
    bool second_half = c == '\n' && last == '\r';
    last = c;
    if (second_half) return false;
    if (hidden) show_again();
    if (c == '\r' || c == '\n') {
        line[length] = 0;
        console_put('\n');
        return true;
    }
    if ((c == BACKSPACE || c == DELETE) && length) erase();
    if (c == KILL_LINE)
        while (length) erase();
    if (c < ' ' || c == DELETE || length == ROOM - 1) return false;
    line[length++] = c;
    console_put(c);
    return false;
}
