/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notes.S: the ELF notes that tell the domain builder where pebble wants to be
 * (xen/include/public/elfnote.h). All of memory is mapped in one line: virtual address =
 * VIRT_BASE + pfn * 4096, in the first top-level slot that Xen leaves to guests.
 */
.macro note type, description:vararg
    .pushsection .note.Xen, "a", @note
    .align 4
    .long 4, 2f - 1f, \type
    .asciz "Xen"
1:  \description
2:  .align 4
    .popsection
.endm

note 1, .quad start                     /* ENTRY */
note 2, .quad hypercall_page            /* HYPERCALL_PAGE */
note 3, .quad VIRT_BASE                 /* VIRT_BASE */
note 4, .quad 0                         /* PADDR_OFFSET: p_paddr counts from pfn 0 */
note 5, .asciz "xen-3.0"                /* XEN_VERSION */
note 6, .asciz GUEST_OS                 /* GUEST_OS */
note 7, .asciz "1"                      /* GUEST_VERSION */
note 8, .asciz "generic"                /* LOADER */
note 9, .asciz "yes"                    /* PAE_MODE */
note 10, .asciz "pae_pgdir_above_4gb"  /* FEATURES */
note 13, .quad 1, 1                     /* L1_MFN_VALID: an entry holds an mfn when present */
note 14, .long 1                        /* SUSPEND_CANCEL: a suspend may return 1 */
