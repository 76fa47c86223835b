/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start.S: where Xen starts vcpu 0: guest kernel mode, rsi = start info, upcalls masked, all
 * memory of the boot area mapped. The boot stack is one page; pebble's own is bss.
 */
    .section .text.start, "ax"
    .globl start
start:
    lea kernel_stack_top(%rip), %rsp
    xor %ebp, %ebp
    cld
    mov %rsi, %rdi
    call kernel_main
    ud2

    .section .bss
    .balign 4096
    .globl hypercall_page
hypercall_page:
    .skip 4096
    .globl shared_info_page                /* Xen's shared info is mapped over this page */
shared_info_page:
    .skip 4096
kernel_stack:
    .skip 8192
kernel_stack_top:
