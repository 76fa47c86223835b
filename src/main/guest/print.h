/* SPDX-License-Identifier: Apache-2.0 */
/* print.h: formatted text for the console. */
#pragma once
#include "types.h"

/*
 * %s string, %c character, %d s64, %u u64, %x u64 in hex, %% itself; a width pads with spaces, or
 * with zeros if it starts with 0; '-' pads on the right. Numbers are always 64 bits wide: PRINT
 * widens its arguments.
 */
void print_arguments(void (*put)(char), const char *format, const u64 *arguments);

#define PRINT_WIDEN_0() 0
#define PRINT_WIDEN_1(a) (u64)(a)
#define PRINT_WIDEN_2(a, ...) (u64)(a), PRINT_WIDEN_1(__VA_ARGS__)
#define PRINT_WIDEN_3(a, ...) (u64)(a), PRINT_WIDEN_2(__VA_ARGS__)
#define PRINT_WIDEN_4(a, ...) (u64)(a), PRINT_WIDEN_3(__VA_ARGS__)
#define PRINT_WIDEN_5(a, ...) (u64)(a), PRINT_WIDEN_4(__VA_ARGS__)
#define PRINT_WIDEN_6(a, ...) (u64)(a), PRINT_WIDEN_5(__VA_ARGS__)
#define PRINT_WIDEN_7(a, ...) (u64)(a), PRINT_WIDEN_6(__VA_ARGS__)
#define PRINT_WIDEN_8(a, ...) (u64)(a), PRINT_WIDEN_7(__VA_ARGS__)
#define PRINT_PICK(_0, _1, _2, _3, _4, _5, _6, _7, _8, name, ...) name
#define PRINT_WIDEN(...)                                                                         \
    PRINT_PICK(_0 __VA_OPT__(, ) __VA_ARGS__, PRINT_WIDEN_8, PRINT_WIDEN_7, PRINT_WIDEN_6,       \
            PRINT_WIDEN_5, PRINT_WIDEN_4, PRINT_WIDEN_3, PRINT_WIDEN_2, PRINT_WIDEN_1,           \
            PRINT_WIDEN_0)                                                                       \
    (__VA_ARGS__)

/* Prints as part of a command's answer. */
#define print(format, ...) print_arguments(console_put, format, (const u64[]){PRINT_WIDEN(__VA_ARGS__)})

/* Prints a line of its own, whatever the user is typing just now. */
#define announce(format, ...) (console_interrupt(), print(format "\n" __VA_OPT__(, ) __VA_ARGS__), console_flush())

void console_put(char c);
void console_interrupt(void);
void console_flush(void);
