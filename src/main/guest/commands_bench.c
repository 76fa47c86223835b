/* SPDX-License-Identifier: Apache-2.0 */
/* commands_bench.c: how fast this CPU is, by its own clock. */
#include "clock.h"
#include "loops.h"
#include "print.h"
#include "shell.h"

enum { WORDS = 16384 };

static u64 memory[WORDS];

static void report(const char *loop, u64 instructions, u64 nanoseconds, u64 result) {
    print("%s: %u million instructions in %u us, %u MIPS, result %016x\n", loop, instructions / 1000000,
            nanoseconds / 1000, instructions * 1000 / (nanoseconds ? nanoseconds : 1), result);
}

static void bench(int count, const char **words) {
    u64 millions, start, result;
    if (!shell_number(count, words, 1, 100, &millions)) return;
    u64 turns = millions * 1000000 / LOOP_ALU_INSTRUCTIONS + 1;
    start = clock_now();
    result = loop_alu(turns);
    report("alu", turns * LOOP_ALU_INSTRUCTIONS, clock_now() - start, result);
    turns = millions * 1000000 / LOOP_MEMORY_INSTRUCTIONS + 1;
    for (u32 i = 0; i < WORDS; i++) memory[i] = i;
    start = clock_now();
    result = loop_memory(turns, memory, WORDS);
    report("memory", turns * LOOP_MEMORY_INSTRUCTIONS, clock_now() - start, result);
}

const struct command bench_commands[] = {
    {"bench", "[MILLIONS]", "so many million instructions of two loops", bench},
    {0},
};
