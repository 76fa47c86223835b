/* SPDX-License-Identifier: Apache-2.0 */
#include "print.h"
#include "text.h"

struct specification {
    u32 width;
    bool zeros, left;
};

static void put_padded(void (*put)(char), const char *text, struct specification s) {
    u32 length = strlen(text), pad = s.width > length ? s.width - length : 0;
    for (; pad && !s.left; pad--) put(s.zeros ? '0' : ' ');
    while (*text) put(*text++);
    for (; pad; pad--) put(' ');
}

static void put_number(void (*put)(char), u64 value, u32 base, bool negative, struct specification s) {
    char digits[24];
    int at = sizeof digits;
    digits[--at] = 0;
    do digits[--at] = "0123456789abcdef"[value % base];
    while (value /= base);
    if (negative) digits[--at] = '-';
    put_padded(put, digits + at, s);
}

void print_arguments(void (*put)(char), const char *format, const u64 *arguments) {
    for (; *format; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        struct specification s = {0};
        if (*++format == '-') s.left = true, format++;
        s.zeros = *format == '0';
        while (*format >= '0' && *format <= '9') s.width = s.width * 10 + (*format++ - '0');
        if (*format == '%') {
            put('%');
            continue;
        }
        u64 value = *arguments++;
        switch (*format) {
        case 's': put_padded(put, (const char *)value, s); break;
        case 'c': put(value); break;
        case 'd': put_number(put, (s64)value < 0 ? -value : value, 10, (s64)value < 0, s); break;
        case 'u': put_number(put, value, 10, false, s); break;
        case 'x': put_number(put, value, 16, false, s); break;
        }
    }
}
