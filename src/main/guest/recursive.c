/* SPDX-License-Identifier: Apache-2.0 */
#include "recursive.h"
#include "memory.h"
#include "pagetable.h"
#include "traps.h"

enum { RECURSIVE_SLOT = 510, ALTERNATIVE_SLOT = 511 };

static u64 alternative_root; /* pfn; 0: none */

static const u64 *entry_through(u64 slot, u64 va) {
    u64 entries = 0xffffUL << 48 | slot << 39;
    return (const u64 *)entries + (va << 16 >> (16 + PAGE_SHIFT));
}

void recursive_attach(void) {
    u64 *root = pagetable_kernel_root();
    pagetable_set_root_entry(RECURSIVE_SLOT, pointer_pfn(root));
    assert((*recursive_entry((u64)root) & PTE_FRAME) == pfn_mfn(pointer_pfn(root)) << PAGE_SHIFT);
}

const u64 *recursive_entry(u64 va) { return entry_through(RECURSIVE_SLOT, va); }

const u64 *recursive_alternative_entry(u64 root_pfn, u64 va) {
    if (alternative_root != root_pfn) pagetable_set_root_entry(ALTERNATIVE_SLOT, alternative_root = root_pfn);
    return entry_through(ALTERNATIVE_SLOT, va);
}

bool recursive_clear_alternative(void) {
    if (!alternative_root) return false;
    pagetable_set_root_entry(ALTERNATIVE_SLOT, alternative_root = 0);
    return true;
}

u64 recursive_alternative_root(void) { return alternative_root; }
