/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pagetable.h: x86-64 page tables as a PV guest may have them: read-only wherever they are
 * mapped, changed by asking Xen, holding machine frame numbers.
 */
#pragma once
#include "types.h"

#define PTE_PRESENT 0x001UL
#define PTE_WRITABLE 0x002UL
#define PTE_USER 0x004UL
#define PTE_ACCESSED 0x020UL
#define PTE_DIRTY 0x040UL
#define PTE_NO_EXECUTE (1UL << 63)
#define PTE_FRAME 0x000ffffffffff000UL
#define PTE_TABLE (PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define PTE_KERNEL_DATA (PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED | PTE_DIRTY)
#define PTE_COUNT 512UL

static inline u64 pte_index(u64 va, u32 level) { return va >> (PAGE_SHIFT + 9 * (level - 1)) & (PTE_COUNT - 1); }

/* The kernel's root, as the domain builder made it. */
u64 *pagetable_kernel_root(void);

/* The table of the given level that maps va under root, or null. */
u64 *pagetable_find(u64 *root, u64 va, u32 level);
/* The next table down that an entry names; the entry must be present. */
u64 *pagetable_below(u64 entry);
bool pagetable_maps(u64 kernel_va);

/* Makes the linear map of a page read-only, before it becomes a page table, or writable again after. */
void pagetable_protect(u64 pfn);
void pagetable_unprotect(u64 pfn);

/*
 * Maps pfns from first on, as far as one level 1 table reaches (not beyond end), into the linear
 * map; page tables for that come from take_page. Returns the first pfn not mapped yet.
 */
u64 pagetable_extend(u64 first, u64 end, u64 (*take_page)(void));

/* A read-only entry of the kernel's root: the root of that pfn, or 0 for nothing. */
void pagetable_set_root_entry(u64 slot, u64 root_pfn);

/* Makes Xen check a level 4 table and all below it once, and keep them as page tables. */
void pagetable_pin(u64 root_pfn);
void pagetable_unpin(u64 root_pfn);

/* Sets the root that user mode runs on; pfn 0: none. */
void pagetable_use(u64 root_pfn);
