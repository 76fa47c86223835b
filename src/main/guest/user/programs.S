/* SPDX-License-Identifier: Apache-2.0 */
/* programs.S: the linked user programs, carried in the kernel. */
    .section .rodata
    .balign 8
    .globl checker_program, checker_program_end
checker_program:
    .incbin "checker.bin"
checker_program_end:
