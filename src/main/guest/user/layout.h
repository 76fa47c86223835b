/* SPDX-License-Identifier: Apache-2.0 */
/* layout.h: what a process finds where, and what it may ask the kernel. */
#pragma once

#define USER_CODE 0x400000UL        /* the program, read-only */
#define USER_STACK_TOP 0x410000UL   /* one page below */
#define USER_DATA 0x420000UL        /* its own pages */

/* In at start: rdi = pid, rsi = pages of data. Calls: number in rax, then rdi, rsi, rdx, r10. */
enum user_call {
    USER_EXIT = 0,
    USER_ROUND = 1,   /* (round, hash): a round is over; sleeps as long as the process should */
    USER_CHANGED = 2, /* (page, word, expected, got): a word is not what was written */
};
