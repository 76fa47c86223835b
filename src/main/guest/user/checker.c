/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checker.c: the program that every pebble process runs.
 *
 * Its pages hold numbers that follow from the pid and the page, so that each word says where it
 * belongs. All but the last page never change and are hashed; the last is written anew each round,
 * with numbers that also follow from the round, so that an old copy of it is noticed too. A
 * process with one page has only the kind that changes.
 */
#include "../types.h"
#include "layout.h"

enum { WORDS = PAGE_SIZE / 8 };

static u64 call(enum user_call number, u64 a, u64 b, u64 c, u64 d) {
    u64 result;
    register u64 r10 asm("r10") = d;
    asm volatile("syscall"
                 : "=a"(result), "+r"(r10)
                 : "a"(number), "D"(a), "S"(b), "d"(c)
                 : "rcx", "r11", "memory");
    return result;
}

static u64 seed(u64 pid, u64 page, u64 round) {
    return (pid << 48 ^ page << 24 ^ round ^ 0x5851f42d4c957f2d) * 0x9e3779b97f4a7c15;
}

static u64 next(u64 number) { return number * 0x5851f42d4c957f2d + 0x14057b7ef767814f; }

static void fill(volatile u64 *page, u64 number) {
    for (u32 i = 0; i < WORDS; i++, number = next(number)) page[i] = number;
}

/* Reports each word that is wrong and puts it right, so that a change is counted once. */
static u64 check(volatile u64 *words, u64 page, u64 number, u64 hash) {
    for (u32 i = 0; i < WORDS; i++, number = next(number)) {
        u64 word = words[i];
        hash = (hash << 7 | hash >> 57) ^ word;
        if (word == number) continue;
        call(USER_CHANGED, page, i, number, word);
        words[i] = number;
    }
    return hash;
}

__attribute__((section(".text.start"), noreturn)) void start(u64 pid, u64 pages) {
    volatile u64 *data = (u64 *)USER_DATA;
    u64 last = pages - 1;
    for (u64 page = 0; page < pages; page++) fill(data + page * WORDS, seed(pid, page, 0));
    for (u64 round = 1;; round++) {
        u64 hash = seed(pid, pages, 0);
        for (u64 page = 0; page < last; page++) hash = check(data + page * WORDS, page, seed(pid, page, 0), hash);
        check(data + last * WORDS, last, seed(pid, last, round - 1), 0);
        fill(data + last * WORDS, seed(pid, last, round));
        call(USER_ROUND, round, hash, 0, 0);
    }
}
