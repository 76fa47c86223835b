/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

void *memcpy(void *to, const void *from, size_t length) {
    void *start = to;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length)::"memory");
    return start;
}

void *memset(void *to, int value, size_t length) {
    void *start = to;
    asm volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
    return start;
}

int memcmp(const void *a, const void *b, size_t length) {
    const u8 *x = a, *y = b;
    for (size_t i = 0; i < length; i++)
        if (x[i] != y[i]) return x[i] - y[i];
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

bool text_equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

bool text_starts(const char *text, const char *prefix) {
    while (*prefix)
        if (*text++ != *prefix++) return false;
    return true;
}

void text_copy(char *to, const char *from, size_t room) {
    while (room-- > 1 && *from) *to++ = *from++;
    *to = 0;
}

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

bool text_number(const char **text, u64 *value) {
    const char *c = *text;
    int base = 10;
    if (c[0] == '0' && c[1] == 'x') base = 16, c += 2;
    if (digit(*c) >= base) return false;
    u64 sum = 0;
    for (; digit(*c) < base; c++) sum = sum * base + digit(*c);
    *text = c;
    *value = sum;
    return true;
}

char *text_decimal(char *to, u64 value) {
    char digits[20];
    int count = 0;
    do digits[count++] = '0' + value % 10;
    while (value /= 10);
    while (count) *to++ = digits[--count];
    *to = 0;
    return to;
}
