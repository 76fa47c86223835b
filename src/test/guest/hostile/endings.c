/* SPDX-License-Identifier: Apache-2.0 */
/* endings.c: what a domain does not come back from, and what holds on to its vcpu. */
#include "events.h"
#include "hostile.h"

static void fault(void) { asm volatile("ud2"); }

/* An exception while the stack is nowhere: Xen cannot tell the guest. */
static void no_stack(void) { asm volatile("mov $0x1000, %rsp; ud2"); }

static void stack_in_xen(void) { asm volatile("mov $0xffff830000001000, %rsp; ud2"); }

static void no_traps(void) {
    const struct trap_info none = {0};
    hypercall1(HYPERCALL_SET_TRAP_TABLE, 0);
    hypercall1(HYPERCALL_SET_TRAP_TABLE, &none);
    fault();
}

/* The handler of a page fault is not mapped either. */
static void endless_fault(void) {
    const struct trap_info table[] = {{14, TRAP_MASKS_EVENTS, XEN_KERNEL_CS, UNMAPPED}, {0}};
    hypercall1(HYPERCALL_SET_TRAP_TABLE, table);
    asm volatile("mov 0x20, %%rax" ::: "rax");
}

static void wild_iret(void) { asm volatile("mov $0x1000, %rsp; jmp hypercall_page + 32 * 23"); }

static void iret_to_xen(void) {
    struct frame frame = {.rip = XENS, .cs = XEN_KERNEL_CS, .ss = XEN_KERNEL_SS, .rflags = 0x200};
    frame.rsp = (u64)__builtin_frame_address(0);
    return_to_frame(&frame);
}

/* User mode without page tables for it. */
static void iret_to_user(void) {
    struct frame frame = {.rip = 0x400000, .cs = XEN_KERNEL_CS | 3, .ss = XEN_KERNEL_SS, .rflags = 0x200};
    return_to_frame(&frame);
}

static void loop(void) {
    events_mask();
    for (;;) barrier();
}

static void loop_of_faults(void) {
    for (;;) attempt((void (*)(void *))UNMAPPED, 0);
}

static void loop_of_hypercalls(void) {
    events_mask();
    for (;;) hypercall2(HYPERCALL_XEN_VERSION, XENVER_VERSION, 0);
}

static void smash_rings(void) {
    struct console_ring *console = pfn_pointer(mfn_pfn(start_info->console_mfn));
    struct xenstore_ring *store = pfn_pointer(mfn_pfn(start_info->store_mfn));
    print("hostile: end\n");
    console_flush();
    wait_until(console->out_cons == console->out_prod);
    memset(store, 0xff, PAGE_SIZE);
    store->request_cons = 7;
    events_notify(start_info->store_evtchn);
    memset(console, 0xff, PAGE_SIZE);
    console->out_cons = 1 << 30;
    events_notify(start_info->console_evtchn);
    wait_until(false);
}

static void unknown_shutdown(void) {
    const u32 reason = 77;
    outcome("shutdown for an unknown reason", sched_op(SCHED_SHUTDOWN, &reason));
}

static const struct {
    const char *name;
    void (*run)(void);
} endings[] = {
    {"no-stack", no_stack},
    {"stack-in-xen", stack_in_xen},
    {"no-traps", no_traps},
    {"endless-fault", endless_fault},
    {"wild-iret", wild_iret},
    {"iret-to-xen", iret_to_xen},
    {"iret-to-user", iret_to_user},
    {"loop", loop},
    {"loop-of-faults", loop_of_faults},
    {"loop-of-hypercalls", loop_of_hypercalls},
    {"smash-rings", smash_rings},
    {"unknown-shutdown", unknown_shutdown},
};

bool attempt_ending(const char *name) {
    for (u32 i = 0; i < LENGTH(endings); i++) {
        if (!text_equal(name, endings[i].name)) continue;
        print("hostile: %s\n", name);
        console_flush();
        endings[i].run();
        return true;
    }
    return false;
}
