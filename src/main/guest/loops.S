/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loops.S: two loops of known length, to measure how fast a CPU is. In assembly, so that every
 * CPU that is compared runs the same instructions.
 */
    .text

/* u64 loop_alu(u64 turns): 10 instructions a turn, registers only. */
    .globl loop_alu
    .balign 64
loop_alu:
    mov $0x9e3779b97f4a7c15, %rax
    mov %rdi, %rcx
    mov $1, %edx
    .balign 64
1:  add %rdx, %rax
    imul $0x2545f491, %rdx, %rdx
    xor %rax, %rdx
    shr $3, %rax
    lea 5(%rax, %rdx, 2), %rsi
    rol $13, %rdx
    sub %rsi, %rax
    and $-9, %rdx
    dec %rcx
    jnz 1b
    ret

/* u64 loop_memory(u64 turns, u64 *words, u64 count): 7 instructions a turn, a load and a store; count is a power of 2. */
    .globl loop_memory
    .balign 64
loop_memory:
    mov %rdx, %r8
    dec %r8
    xor %eax, %eax
    xor %ecx, %ecx
    .balign 64
1:  add (%rsi, %rcx, 8), %rax
    mov %rax, (%rsi, %rcx, 8)
    add $9, %rcx                        /* another cache line each time */
    and %r8, %rcx
    xor %rdi, %rax
    dec %rdi
    jnz 1b
    ret
