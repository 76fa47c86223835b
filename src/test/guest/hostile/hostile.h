/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile.h: attempts that a hypervisor must refuse, and how their outcome is told.
 *
 * One line each, the same on every host: no addresses, no frame numbers, no times. So what real
 * Xen answers can be kept (hostile.expected) and compared with.
 */
#pragma once
#include "console.h"
#include "frames.h"
#include "hypercall.h"
#include "memory.h"
#include "pagetable.h"
#include "text.h"
#include "traps.h"

/* `name: 0`, or `name: -22 EINVAL`. */
void outcome(const char *name, s64 result);

/* `name: done`, or `name: fault 14 error 3`. */
void outcome_of(const char *name, void (*action)(void *), void *argument);

/* Attempts by theme; each has its own file. */
void attempt_page_tables(void);
void attempt_addresses(void);
void attempt_instructions(void);
void attempt_reservations(void);
void attempt_event_channels(void);
void attempt_wild_pointers(void);
void attempt_xenstore(void);

/* Attempts that end the domain or hold on to the vcpu; the command line names one. False: no such ending. */
bool attempt_ending(const char *name);

/* A frame that is not this domain's, and one that no host has. */
u64 foreign_mfn(void);
#define NO_SUCH_MFN 0xfffffff0UL

/* Addresses that are not mapped, Xen's own, and not canonical. */
#define UNMAPPED 0x10UL
#define XENS 0xffff830000000000UL
#define NOT_CANONICAL 0x8000000000000000UL

/* Any hypercall, by a number that need not be constant. */
static inline s64 hypercall_any(u64 number, u64 a1, u64 a2, u64 a3, u64 a4) {
    s64 result;
    register u64 r10 asm("r10") = a4;
    asm volatile("call *%[stub]"
                 : "=a"(result), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10)
                 : [stub] "b"(hypercall_page + 32 * number)
                 : "rcx", "r8", "r9", "r11", "memory");
    return result;
}
