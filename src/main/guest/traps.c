/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traps.c: exceptions, callbacks, and the panic that ends pebble when the kernel itself faults.
 */
#include "traps.h"
#include "console.h"
#include "events.h"
#include "hypercall.h"
#include "print.h"
#include "process.h"

extern char entry_divide_error[], entry_debug[], entry_breakpoint[], entry_overflow[], entry_bounds[],
        entry_invalid_opcode[], entry_device_not_available[], entry_double_fault[], entry_invalid_tss[],
        entry_segment_not_present[], entry_stack_segment[], entry_general_protection[], entry_page_fault[],
        entry_floating_point[], entry_alignment_check[], entry_simd_floating_point[], entry_event[],
        entry_syscall[], entry_failsafe[], entry_stack_top[], attempt_failed[];
extern u64 attempt_context;

struct fault attempt_fault;

#define TRAP(vector, flags, name) {vector, flags | TRAP_MASKS_EVENTS, XEN_KERNEL_CS, (u64)entry_##name}

static void register_callback(enum callback_type type, char *entry) {
    struct callback_register callback = {type, CALLBACK_MASK_EVENTS, (u64)entry};
    assert(hypercall2(HYPERCALL_CALLBACK_OP, CALLBACK_REGISTER, &callback) == 0);
}

void traps_attach(void) {
    const struct trap_info table[] = {
        TRAP(0, 0, divide_error),
        TRAP(1, 0, debug),
        TRAP(3, TRAP_DPL_USER, breakpoint),
        TRAP(4, TRAP_DPL_USER, overflow),
        TRAP(5, 0, bounds),
        TRAP(6, 0, invalid_opcode),
        TRAP(7, 0, device_not_available),
        TRAP(8, 0, double_fault),
        TRAP(10, 0, invalid_tss),
        TRAP(11, 0, segment_not_present),
        TRAP(12, 0, stack_segment),
        TRAP(13, 0, general_protection),
        TRAP(14, 0, page_fault),
        TRAP(16, 0, floating_point),
        TRAP(17, 0, alignment_check),
        TRAP(19, 0, simd_floating_point),
        {0},
    };
    assert(hypercall1(HYPERCALL_SET_TRAP_TABLE, table) == 0);
    register_callback(CALLBACK_EVENT, entry_event);
    register_callback(CALLBACK_FAILSAFE, entry_failsafe);
    register_callback(CALLBACK_SYSCALL, entry_syscall);
    assert(hypercall2(HYPERCALL_STACK_SWITCH, XEN_KERNEL_SS, entry_stack_top) == 0);
}

static bool from_user(const struct frame *frame) { return (frame->cs & 3) == 3; }

static u64 fault_address(const struct frame *frame) {
    return frame->vector == VECTOR_PAGE_FAULT ? events_vcpu()->cr2 : 0;
}

void trap_entered(struct frame *frame) {
    if (frame->vector == VECTOR_EVENT) events_collect();
    if (from_user(frame)) {
        process_stopped(frame, fault_address(frame));
        leave_user();
    }
    if (frame->vector == VECTOR_EVENT) return;
    if (!attempt_context) panic(frame, "fault in the kernel");
    attempt_fault = (struct fault){frame->vector, frame->error, fault_address(frame), frame->rip};
    frame->rip = (u64)attempt_failed;
    frame->rsp = attempt_context;
}

static void print_registers(const struct frame *f) {
    print("vector %u error %x rip %016x cs %x rflags %x\n", f->vector, f->error, f->rip, f->cs & 0xffff, f->rflags);
    print("rsp %016x ss %x cr2 %016x\n", f->rsp, f->ss, events_vcpu()->cr2);
    print("rax %016x rbx %016x rcx %016x rdx %016x\n", f->rax, f->rbx, f->rcx, f->rdx);
    print("rsi %016x rdi %016x rbp %016x r8  %016x\n", f->rsi, f->rdi, f->rbp, f->r8);
    print("r9  %016x r10 %016x r11 %016x r12 %016x\n", f->r9, f->r10, f->r11, f->r12);
    print("r13 %016x r14 %016x r15 %016x\n", f->r13, f->r14, f->r15);
}

void panic(const struct frame *frame, const char *why) {
    static bool panicking;
    const u32 reason = SHUTDOWN_CRASH;
    if (!panicking) {
        panicking = true;
        events_mask();
        console_panic();
        announce("pebble: panic: %s", why);
        if (frame) print_registers(frame);
        console_flush();
    }
    for (;;) sched_op(SCHED_SHUTDOWN, &reason);
}
