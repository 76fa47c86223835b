/* SPDX-License-Identifier: Apache-2.0 */
/* traps.h: what an interrupted context looks like, and what happens to it. */
#pragma once
#include "types.h"

enum vector {
    VECTOR_BREAKPOINT = 3,
    VECTOR_INVALID_OPCODE = 6,
    VECTOR_GENERAL_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_EVENT = 256,
    VECTOR_SYSCALL = 257,
};

/* As entry.S pushes it. From rax on it is also what the iret hypercall takes. */
struct frame {
    u64 vector;
    u64 r15, r14, r13, r12, rbp, rbx, r10, r9, r8, rdx, rsi, rdi;
    u64 rax, r11, rcx;
    u64 error; /* iret flags on the way out */
    u64 rip, cs, rflags, rsp, ss;
};

/* Registers trap table, callbacks and the stack for entries from user mode. */
void traps_attach(void);

/* Prints why, with registers if there are any, and shuts down with reason crash. */
__attribute__((noreturn)) void panic(const struct frame *frame, const char *why);
#define assert(condition)                                                                    \
    do {                                                                                     \
        if (!(condition)) panic(0, "expected " #condition);                                  \
    } while (0)

/* Runs an action that may fault; false, with the fault recorded, if it did. Not nested. */
bool attempt(void (*action)(void *), void *argument);
struct fault {
    u64 vector, error, address, rip;
};
extern struct fault attempt_fault;

/* entry.S */
__attribute__((noreturn)) void return_to_frame(struct frame *frame);
void enter_user(struct frame *frame);
__attribute__((noreturn)) void leave_user(void);
