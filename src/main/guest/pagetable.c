/* SPDX-License-Identifier: Apache-2.0 */
#include "pagetable.h"
#include "frames.h"
#include "hypercall.h"
#include "memory.h"
#include "traps.h"

u64 *pagetable_kernel_root(void) { return (u64 *)start_info->pt_base; }

u64 *pagetable_below(u64 entry) { return pfn_pointer(mfn_pfn((entry & PTE_FRAME) >> PAGE_SHIFT)); }

u64 *pagetable_find(u64 *root, u64 va, u32 level) {
    u64 *table = root;
    for (u32 at = 4; at > level; at--) {
        u64 entry = table[pte_index(va, at)];
        if (!(entry & PTE_PRESENT)) return 0;
        table = pagetable_below(entry);
    }
    return table;
}

bool pagetable_maps(u64 kernel_va) {
    u64 *table = pagetable_find(pagetable_kernel_root(), kernel_va, 1);
    return table && table[pte_index(kernel_va, 1)] & PTE_PRESENT;
}

static void map_linear(u64 pfn, u64 flags) {
    frames_use();
    u64 entry = pfn_mfn(pfn) << PAGE_SHIFT | flags;
    s64 result = update_va_mapping((u64)pfn_pointer(pfn), entry, UVMF_INVLPG);
    frames_done();
    assert(result == 0);
}

void pagetable_protect(u64 pfn) { map_linear(pfn, PTE_KERNEL_DATA & ~PTE_WRITABLE); }

void pagetable_unprotect(u64 pfn) { map_linear(pfn, PTE_KERNEL_DATA); }

static void set_entry(u64 *entry, u64 value) {
    u64 table_maddr = pfn_mfn(pointer_pfn(entry)) << PAGE_SHIFT;
    struct mmu_update update = {table_maddr | ((u64)entry & (PAGE_SIZE - 1)) | MMU_NORMAL, value};
    assert(mmu_update(&update, 1) == 0);
}

/* Hangs a filled page below the table of the level above, as a page table. */
static void install(u64 pfn, u64 va, u32 level) {
    pagetable_protect(pfn);
    frames_use();
    u64 *above = pagetable_find(pagetable_kernel_root(), va, level + 1);
    set_entry(above + pte_index(va, level + 1), pfn_mfn(pfn) << PAGE_SHIFT | PTE_TABLE);
    frames_done();
}

/* The builder may have left its last table partly empty. */
static u64 fill_last_table(u64 *table, u64 pfn, u64 end) {
    frames_use();
    do set_entry(table + pte_index((u64)pfn_pointer(pfn), 1), pfn_mfn(pfn) << PAGE_SHIFT | PTE_KERNEL_DATA);
    while (++pfn < end && pte_index((u64)pfn_pointer(pfn), 1));
    frames_done();
    return pfn;
}

u64 pagetable_extend(u64 first, u64 end, u64 (*take_page)(void)) {
    u64 va = (u64)pfn_pointer(first), pfn = first;
    u64 *root = pagetable_kernel_root(), *last = pagetable_find(root, va, 1);
    if (last) return fill_last_table(last, first, end);
    if (!pagetable_find(root, va, 2)) {
        u64 level2 = take_page();
        memset(pfn_pointer(level2), 0, PAGE_SIZE);
        install(level2, va, 2);
    }
    u64 level1 = take_page(), *table = pfn_pointer(level1);
    frames_use();
    for (u64 i = 0; i < PTE_COUNT; i++, pfn++)
        table[i] = pfn < end ? pfn_mfn(pfn) << PAGE_SHIFT | PTE_KERNEL_DATA : 0;
    frames_done();
    install(level1, va, 1);
    return pfn < end ? pfn : end;
}

static void extended(u32 command, u64 pfn) {
    frames_use();
    struct mmuext_op operation = {.command = command, .mfn = pfn ? pfn_mfn(pfn) : 0};
    s64 result = mmuext_op(&operation, 1);
    frames_done();
    assert(result == 0);
}

void pagetable_set_root_entry(u64 slot, u64 root_pfn) {
    frames_use();
    set_entry(pagetable_kernel_root() + slot, root_pfn ? pfn_mfn(root_pfn) << PAGE_SHIFT | PTE_PRESENT : 0);
    frames_done();
    struct mmuext_op flush = {.command = MMUEXT_TLB_FLUSH_LOCAL};
    assert(mmuext_op(&flush, 1) == 0);
}

void pagetable_pin(u64 root_pfn) { extended(MMUEXT_PIN_L4, root_pfn); }

void pagetable_unpin(u64 root_pfn) { extended(MMUEXT_UNPIN, root_pfn); }

void pagetable_use(u64 root_pfn) { extended(MMUEXT_NEW_USER_BASEPTR, root_pfn); }
