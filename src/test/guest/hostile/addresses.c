/* SPDX-License-Identifier: Apache-2.0 */
/* addresses.c: reading, writing and running where the guest has nothing. */
#include "hostile.h"

static void load(void *address) { (void)*(volatile u64 *)address; }

static void store(void *address) { *(volatile u64 *)address = 1; }

static void run(void *address) { ((void (*)(void))address)(); }

static void registered(const char *name, u16 type, u64 address) {
    struct callback_register callback = {type, 0, address};
    outcome(name, hypercall2(HYPERCALL_CALLBACK_OP, CALLBACK_REGISTER, &callback));
}

void attempt_addresses(void) {
    const struct {
        const char *load, *store, *run;
        u64 address;
    } places[] = {
        {"load, not mapped", "store, not mapped", "run, not mapped", UNMAPPED},
        {"load, Xen's last page", "store, Xen's last page", "run, Xen's last page", 0xffff87fffffff000},
        {"load, not canonical", "store, not canonical", "run, not canonical", NOT_CANONICAL},
        {"load, beyond the m2p", "store, beyond the m2p", "run, beyond the m2p", 0xffff803ffffff000},
    };
    for (u32 i = 0; i < LENGTH(places); i++) {
        outcome_of(places[i].load, load, (void *)places[i].address);
        outcome_of(places[i].store, store, (void *)places[i].address);
        outcome_of(places[i].run, run, (void *)places[i].address);
    }
    outcome_of("load, the m2p", load, (void *)MACHINE_TO_PHYSICAL);
    outcome_of("run, the m2p", run, (void *)MACHINE_TO_PHYSICAL);
    registered("a callback that is not canonical", CALLBACK_FAILSAFE, NOT_CANONICAL);
    registered("a callback of an unknown type", 77, 0);
    outcome("a trap table in Xen's addresses", hypercall1(HYPERCALL_SET_TRAP_TABLE, XENS));
    struct trap_info trap[2] = {{.vector = 250, .cs = XEN_KERNEL_CS, .address = NOT_CANONICAL}};
    outcome("a trap that is not canonical", hypercall1(HYPERCALL_SET_TRAP_TABLE, trap));
    outcome("an FS base that is not canonical", hypercall2(25, 0, NOT_CANONICAL));
    outcome("a GS base that is not canonical", hypercall2(25, 1, NOT_CANONICAL));
    outcome("an unknown segment base", hypercall2(25, 9, 0));
    outcome("a debug register in Xen's addresses", hypercall2(8, 0, XENS));
    outcome("a debug register that does not exist", hypercall2(8, 4, 0));
}
