/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hypercall.h: calls into Xen through the hypercall page, whose 32-byte stubs Xen fills in when
 * the domain is built. Number in the stub, arguments in rdi, rsi, rdx, r10, result in rax;
 * rcx and r11 are lost. A negative result is -errno.
 */
#pragma once
#include "xen_abi.h"

extern char hypercall_page[];

static inline __attribute__((always_inline)) s64 hypercall4(
        const enum hypercall number, u64 a1, u64 a2, u64 a3, u64 a4) {
    s64 result;
    register u64 r10 asm("r10") = a4;
    asm volatile("call hypercall_page + 32 * %c[number]"
                 : "=a"(result), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10)
                 : [number] "i"(number)
                 : "rcx", "r8", "r9", "r11", "memory");
    return result;
}

#define AS_U64(x) ((u64)(x))
#define hypercall1(number, a) hypercall4(number, AS_U64(a), 0, 0, 0)
#define hypercall2(number, a, b) hypercall4(number, AS_U64(a), AS_U64(b), 0, 0)
#define hypercall3(number, a, b, c) hypercall4(number, AS_U64(a), AS_U64(b), AS_U64(c), 0)

static inline s64 sched_op(enum sched_op command, const void *argument) {
    return hypercall2(HYPERCALL_SCHED_OP, command, argument);
}

static inline s64 event_channel_op(enum event_channel_op command, void *argument) {
    return hypercall2(HYPERCALL_EVENT_CHANNEL_OP, command, argument);
}

static inline s64 vcpu_op(enum vcpu_op command, u32 vcpu, void *argument) {
    return hypercall3(HYPERCALL_VCPU_OP, command, vcpu, argument);
}

static inline s64 update_va_mapping(u64 va, u64 entry, u64 flags) {
    return hypercall3(HYPERCALL_UPDATE_VA_MAPPING, va, entry, flags);
}

static inline s64 mmu_update(const struct mmu_update *updates, u32 count) {
    return hypercall4(HYPERCALL_MMU_UPDATE, AS_U64(updates), count, 0, DOMID_SELF);
}

static inline s64 mmuext_op(const struct mmuext_op *operations, u32 count) {
    return hypercall4(HYPERCALL_MMUEXT_OP, AS_U64(operations), count, 0, DOMID_SELF);
}
