/* SPDX-License-Identifier: Apache-2.0 */
/* instructions.c: what only a hypervisor may execute, and what nobody may. */
#include "hostile.h"

#define INSTRUCTION(name, text) \
    static __attribute__((naked)) void name(void *argument __attribute__((unused))) { asm(text "; ret"); }

INSTRUCTION(undefined, "ud2")
INSTRUCTION(divide, "xor %eax, %eax; xor %edx, %edx; xor %ecx, %ecx; div %ecx")
INSTRUCTION(no_gate, "int $0x80")
INSTRUCTION(breakpoint, "int3")
INSTRUCTION(page_fault_gate, "int $14")
INSTRUCTION(halt, "hlt; ud2")
INSTRUCTION(load_gdt, "lgdt (%rsp)")
INSTRUCTION(load_idt, "lidt (%rsp)")
INSTRUCTION(load_task, "xor %eax, %eax; ltr %ax")
INSTRUCTION(load_ldt, "xor %eax, %eax; lldt %ax")
INSTRUCTION(paging_off, "xor %eax, %eax; mov %rax, %cr0")
INSTRUCTION(root_wild, "mov $0xfffff000, %eax; mov %rax, %cr3")
INSTRUCTION(cr2_read, "mov %cr2, %rax")
INSTRUCTION(cr4_wild, "mov $-1, %rax; mov %rax, %cr4")
INSTRUCTION(cr8_read, "mov %cr8, %rax")
INSTRUCTION(msr_unknown_read, "mov $0x12345, %ecx; rdmsr")
INSTRUCTION(msr_unknown_write, "mov $0x12345, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr")
INSTRUCTION(msr_syscall_write, "mov $0xc0000082, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr")
INSTRUCTION(msr_efer_read, "mov $0xc0000080, %ecx; rdmsr")
INSTRUCTION(port_read, "mov $0x3f8, %edx; in %dx, %al")
INSTRUCTION(port_write, "mov $0x64, %edx; mov $0xfe, %al; out %al, %dx")
INSTRUCTION(system_exit, "sysexitl")
INSTRUCTION(system_return, "sysretq")
INSTRUCTION(clear_interrupts, "cli; sti")
INSTRUCTION(invalidate, "invd")
INSTRUCTION(swap_gs, "swapgs")
INSTRUCTION(call_vmm, "vmcall")
INSTRUCTION(wild_selector, "mov $0x1234, %eax; mov %eax, %fs")
INSTRUCTION(hypervisor_selector, "mov $0xe008, %eax; mov %eax, %ds")

/* What Linux does first: its kernel mode is to be as good as ring 1 with IOPL 1. */
static void try_with_privilege(void) {
    u32 level = 1;
    outcome("set the I/O privilege level", hypercall_any(33, 6, (u64)&level, 0, 0));
    outcome_of("cli, sti with it", clear_interrupts, 0);
    outcome_of("in with it", port_read, 0);
    outcome_of("out with it", port_write, 0);
    outcome_of("hlt with it", halt, 0);
    level = 0;
    outcome("set it back", hypercall_any(33, 6, (u64)&level, 0, 0));
    level = 4;
    outcome("set it too high", hypercall_any(33, 6, (u64)&level, 0, 0));
}

void attempt_instructions(void) {
    outcome_of("ud2", undefined, 0);
    outcome_of("div by zero", divide, 0);
    outcome_of("int 0x80 without a gate", no_gate, 0);
    outcome_of("int3", breakpoint, 0);
    outcome_of("int 14, whose gate is the kernel's", page_fault_gate, 0);
    outcome_of("hlt", halt, 0);
    outcome_of("lgdt", load_gdt, 0);
    outcome_of("lidt", load_idt, 0);
    outcome_of("ltr", load_task, 0);
    outcome_of("lldt", load_ldt, 0);
    outcome_of("mov to cr0, paging off", paging_off, 0);
    outcome_of("mov to cr3, a frame that is not its own", root_wild, 0);
    outcome_of("mov from cr2", cr2_read, 0);
    outcome_of("mov to cr4, all ones", cr4_wild, 0);
    outcome_of("mov from cr8", cr8_read, 0);
    outcome_of("rdmsr, unknown", msr_unknown_read, 0);
    outcome_of("wrmsr, unknown", msr_unknown_write, 0);
    outcome_of("wrmsr, LSTAR", msr_syscall_write, 0);
    outcome_of("rdmsr, EFER", msr_efer_read, 0);
    outcome_of("in", port_read, 0);
    outcome_of("out", port_write, 0);
    outcome_of("sysexit", system_exit, 0);
    outcome_of("sysret", system_return, 0);
    outcome_of("cli, sti", clear_interrupts, 0);
    try_with_privilege();
    outcome_of("invd", invalidate, 0);
    outcome_of("swapgs", swap_gs, 0);
    outcome_of("vmcall", call_vmm, 0);
    outcome_of("a selector beyond the GDT", wild_selector, 0);
    outcome_of("Xen's data selector", hypervisor_selector, 0);
    for (u32 number = 43; number < 48; number++) outcome("a hypercall that does not exist", hypercall_any(number, 0, 0, 0, 0));
    outcome("hypercall 64", hypercall_any(64, 0, 0, 0, 0));
}
