/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address_space.c: a process's tables are filled as ordinary pages, then made read-only in the
 * linear map; Xen looks at them when the root is pinned. They map no kernel page: user mode runs
 * on its own root, and Xen adds its part of the address space by itself.
 */
#include "address_space.h"
#include "frames.h"
#include "memory.h"
#include "pagetable.h"
#include "user/layout.h"

#define PTE_USER_CODE (PTE_PRESENT | PTE_USER | PTE_ACCESSED)
#define PTE_USER_DATA (PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY | PTE_NO_EXECUTE)
#define BYTES_BELOW_LEVEL_1 (PTE_COUNT * PAGE_SIZE)

static u64 pages_of(u64 bytes) { return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT; }

u64 address_space_cost(u64 data_pages) {
    u64 end = USER_DATA + data_pages * PAGE_SIZE;
    u64 level1 = (end - USER_CODE + BYTES_BELOW_LEVEL_1 - 1) / BYTES_BELOW_LEVEL_1;
    return 3 + level1 + 4 + data_pages; /* 4: code and stack, generously */
}

/* The table is still writable, or being built, all the way down. */
static void map(u64 root_pfn, u64 va, u64 pfn, u64 flags) {
    u64 *table = pfn_pointer(root_pfn);
    for (u32 level = 4; level > 1; level--) {
        u64 *entry = table + pte_index(va, level);
        if (!(*entry & PTE_PRESENT)) *entry = pfn_mfn(page_allocate_zeroed()) << PAGE_SHIFT | PTE_TABLE;
        table = pagetable_below(*entry);
    }
    table[pte_index(va, 1)] = pfn_mfn(pfn) << PAGE_SHIFT | flags;
}

static void map_program(u64 root_pfn, const char *program, u64 size) {
    for (u64 i = 0; i < pages_of(size); i++) {
        u64 pfn = page_allocate_zeroed(), rest = size - i * PAGE_SIZE;
        memcpy(pfn_pointer(pfn), program + i * PAGE_SIZE, rest < PAGE_SIZE ? rest : PAGE_SIZE);
        map(root_pfn, USER_CODE + i * PAGE_SIZE, pfn, PTE_USER_CODE);
    }
}

/* Visits each present entry of a table, tables first seen after what is below them. */
static void visit(u64 table_pfn, u32 level, void (*page)(u64 pfn), void (*table)(u64 pfn)) {
    u64 *entries = pfn_pointer(table_pfn);
    /* Xen's own top-level slots are 256 to 271; the kernel's part of the space is not used either. */
    u64 count = level == 4 ? PTE_COUNT / 2 : PTE_COUNT;
    for (u64 i = 0; i < count; i++) {
        if (!(entries[i] & PTE_PRESENT)) continue;
        u64 pfn = mfn_pfn((entries[i] & PTE_FRAME) >> PAGE_SHIFT);
        if (level == 1)
            page(pfn);
        else
            visit(pfn, level - 1, page, table);
    }
    table(table_pfn);
}

static void leave_page(u64 pfn) { (void)pfn; }

static void free_table(u64 pfn) {
    pagetable_unprotect(pfn);
    page_free(pfn);
}

u64 address_space_build(const void *program, u64 program_size, u64 data_pages) {
    frames_use();
    u64 root_pfn = page_allocate_zeroed();
    map_program(root_pfn, program, program_size);
    map(root_pfn, USER_STACK_TOP - PAGE_SIZE, page_allocate_zeroed(), PTE_USER_DATA);
    for (u64 i = 0; i < data_pages; i++) map(root_pfn, USER_DATA + i * PAGE_SIZE, page_allocate(), PTE_USER_DATA);
    visit(root_pfn, 4, leave_page, pagetable_protect);
    frames_done();
    return root_pfn;
}

void address_space_destroy(u64 root_pfn) {
    frames_use();
    visit(root_pfn, 4, page_free, free_table);
    frames_done();
}
