/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wild_pointers.c: every hypercall that takes a pointer, each with pointers to nothing, into Xen
 * and to no address at all. An outcome is three results, one for each.
 */
#include "hostile.h"

static const struct {
    const char *name;
    u8 number, first, last; /* commands, where the first argument is one */
    enum { POINTER_FIRST, POINTER_SECOND, POINTER_THIRD } pointer;
} calls[] = {
    {"set_trap_table", 0, 0, 0, POINTER_FIRST},
    {"mmu_update", 1, 0, 0, POINTER_FIRST},
    {"set_gdt", 2, 0, 0, POINTER_FIRST},
    {"platform_op", 7, 0, 0, POINTER_FIRST},
    {"memory_op", 12, 0, 1, POINTER_SECOND},
    {"memory_op", 12, 5, 7, POINTER_SECOND},
    {"memory_op", 12, 9, 12, POINTER_SECOND},
    {"multicall", 13, 0, 0, POINTER_FIRST},
    {"xen_version", 17, 1, 7, POINTER_SECOND},
    {"console_io", 18, 0, 0, POINTER_THIRD},
    {"grant_table_op", 20, 0, 11, POINTER_SECOND},
    {"vcpu_op", 24, 0, 0, POINTER_THIRD},
    {"vcpu_op", 24, 4, 6, POINTER_THIRD},
    {"vcpu_op", 24, 8, 8, POINTER_THIRD},
    {"vcpu_op", 24, 10, 10, POINTER_THIRD},
    {"vcpu_op", 24, 13, 13, POINTER_THIRD},
    {"mmuext_op", 26, 0, 0, POINTER_FIRST},
    {"xsm_op", 27, 0, 0, POINTER_FIRST},
    {"nmi_op", 28, 0, 0, POINTER_SECOND},
    {"sched_op", 29, 2, 4, POINTER_SECOND},
    {"callback_op", 30, 0, 1, POINTER_SECOND},
    {"event_channel_op", 32, 0, 13, POINTER_SECOND},
    {"physdev_op", 33, 0, 31, POINTER_SECOND},
    {"hvm_op", 34, 0, 3, POINTER_SECOND},
    {"sysctl", 35, 0, 0, POINTER_FIRST},
    {"domctl", 36, 0, 0, POINTER_FIRST},
    {"xenpmu_op", 40, 0, 5, POINTER_SECOND},
};

static s64 call(u32 number, u32 command, u32 place, u64 pointer) {
    switch (place) {
    case POINTER_FIRST: return hypercall_any(number, pointer, 2, pointer, DOMID_SELF);
    case POINTER_SECOND: return hypercall_any(number, command, pointer, 2, 0);
    default: return hypercall_any(number, command, number == 18 ? 16 : 0, pointer, 0);
    }
}

/* The commands of vcpu_op, console_io take their pointer third; grant_table_op counts two of its structs. */
void attempt_wild_pointers(void) {
    for (u32 i = 0; i < LENGTH(calls); i++)
        for (u32 command = calls[i].first; command <= calls[i].last; command++) {
            u32 number = calls[i].number, place = calls[i].pointer;
            print("%s %u: %d %d %d\n", calls[i].name, command, call(number, command, place, UNMAPPED),
                    call(number, command, place, XENS), call(number, command, place, NOT_CANONICAL));
        }
}
