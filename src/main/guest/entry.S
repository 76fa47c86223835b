/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.S: every way into the kernel, and the two ways out.
 *
 * Xen pushes, aligned down to 16 bytes, on the kernel stack (from user mode: the one given by
 * stack_switch; from kernel mode: the current one):
 *
 *     rcx  r11  [error code]  rip  cs  rflags  rsp  ss          (lowest address first)
 *
 * Kernel and user mode are both CPL 3 to the CPU; Xen clears the RPL of the saved cs when kernel
 * mode was interrupted. The stubs complete this to a struct frame (traps.h), whose tail from rax
 * on is what the iret hypercall wants.
 *
 * The kernel is never preempted by its processes: enter_user() keeps the kernel's context and
 * leave_user() returns to it, so that running a process looks like a function call which returns
 * why the process stopped.
 */
#define VECTOR_EVENT 256
#define VECTOR_SYSCALL 257
#define VECTOR_FAILSAFE 258

.macro entry name, vector, has_error=0
    .globl \name
\name:
    pop %rcx
    pop %r11
    .if \has_error == 0
    push $0
    .endif
    push %rcx
    push %r11
    push %rax
    mov $\vector, %eax
    jmp common_entry
.endm

    .text
entry entry_divide_error, 0
entry entry_debug, 1
entry entry_breakpoint, 3
entry entry_overflow, 4
entry entry_bounds, 5
entry entry_invalid_opcode, 6
entry entry_device_not_available, 7
entry entry_double_fault, 8, 1
entry entry_invalid_tss, 10, 1
entry entry_segment_not_present, 11, 1
entry entry_stack_segment, 12, 1
entry entry_general_protection, 13, 1
entry entry_page_fault, 14, 1
entry entry_floating_point, 16
entry entry_alignment_check, 17, 1
entry entry_simd_floating_point, 19
entry entry_event, VECTOR_EVENT
entry entry_syscall, VECTOR_SYSCALL

/* An iret to selectors that do not load: pebble never does that, so only say so. */
    .globl entry_failsafe
entry_failsafe:
    pop %rcx
    pop %r11
    add $32, %rsp                       /* ds es fs gs */
    push $0
    push %rcx
    push %r11
    push %rax
    mov $VECTOR_FAILSAFE, %eax

common_entry:
    push %rdi
    push %rsi
    push %rdx
    push %r8
    push %r9
    push %r10
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    push %rax                           /* vector */
    cld
    mov %rsp, %rdi
    call trap_entered
    mov %rsp, %rdi
    jmp return_to_frame

/* void return_to_frame(struct frame *): goes on where the frame says, in the mode its cs says. */
    .globl return_to_frame
return_to_frame:
    lea 8(%rdi), %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    pop %r10
    pop %r9
    pop %r8
    pop %rdx
    pop %rsi
    pop %rdi
    movq $0, 24(%rsp)                   /* the error code's place holds the iret flags now */
    pop %rax
    pop %r11
    pop %rcx
    jmp hypercall_page + 32 * 23        /* HYPERVISOR_iret: its stub pushes rcx, r11, rax again */

/* void enter_user(struct frame *): returns when leave_user() is called. */
    .globl enter_user
enter_user:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, kernel_context(%rip)
    jmp return_to_frame

/* void leave_user(void): from an entry out of user mode, back to the caller of enter_user(). */
    .globl leave_user
leave_user:
    mov kernel_context(%rip), %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

/* bool attempt(void (*action)(void *), void *argument): false if a fault ended the action. */
    .globl attempt
attempt:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    sub $8, %rsp
    mov %rsp, attempt_context(%rip)
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    mov $1, %eax
attempt_end:
    movq $0, attempt_context(%rip)
    add $8, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

/* Where a fault inside an attempt goes on; rsp was put back to attempt_context by traps.c. */
    .globl attempt_failed
attempt_failed:
    xor %eax, %eax
    jmp attempt_end

    .section .bss
    .balign 16
kernel_context:
    .skip 8
    .globl attempt_context
attempt_context:
    .skip 8
    .balign 16
    .skip 4096
    .globl entry_stack_top              /* where Xen starts when it enters from user mode */
entry_stack_top:
