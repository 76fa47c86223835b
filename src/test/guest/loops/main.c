/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: pebble's bench loops as a static Linux program, to run on the real CPU and under
 * qemu-x86_64. The argument is how many million instructions; prints a line for each loop:
 * its name, instructions, nanoseconds of CPU time, result. No C library.
 */
#include "loops.h"

enum { SYS_WRITE = 1, SYS_EXIT = 60, SYS_CLOCK_GETTIME = 228, CPU_TIME = 2, WORDS = 16384 };

static u64 memory[WORDS];

static u64 call(u64 number, u64 a, u64 b, u64 c) {
    u64 result;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static u64 now(void) {
    u64 time[2];
    call(SYS_CLOCK_GETTIME, CPU_TIME, (u64)time, 0);
    return time[0] * NANOSECONDS + time[1];
}

static void put(const char *text, u64 length) { call(SYS_WRITE, 1, (u64)text, length); }

static void put_number(u64 value) {
    char digits[21];
    u32 at = sizeof digits;
    digits[--at] = ' ';
    do digits[--at] = '0' + value % 10;
    while (value /= 10);
    put(digits + at, sizeof digits - at);
}

static void report(const char *name, u64 length, u64 instructions, u64 nanoseconds, u64 result) {
    put(name, length);
    put_number(instructions);
    put_number(nanoseconds);
    put_number(result);
    put("\n", 1);
}

static u64 argument(const char *text) {
    u64 value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + (*text++ - '0');
    return value;
}

__attribute__((noreturn)) void measure(u64 *stack) {
    u64 millions = stack[0] > 1 ? argument((const char *)stack[2]) : 100, start, result;
    u64 turns = millions * 1000000 / LOOP_ALU_INSTRUCTIONS + 1;
    start = now();
    result = loop_alu(turns);
    report("alu ", 4, turns * LOOP_ALU_INSTRUCTIONS, now() - start, result);
    turns = millions * 1000000 / LOOP_MEMORY_INSTRUCTIONS + 1;
    for (u32 i = 0; i < WORDS; i++) memory[i] = i;
    start = now();
    result = loop_memory(turns, memory, WORDS);
    report("memory ", 7, turns * LOOP_MEMORY_INSTRUCTIONS, now() - start, result);
    for (;;) call(SYS_EXIT, 0, 0, 0);
}

asm(".text\n.globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call measure\n");
