/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recursive.h: page tables seen as memory.
 *
 * A top-level entry that names a level 4 table shifts all levels by one, so that level 1 tables
 * appear as pages. The kernel's root has two of them, both read-only: the recursive one names the
 * root itself, the alternative one the root of some process, for as long as somebody looks at it.
 */
#pragma once
#include "types.h"

void recursive_attach(void);

/* The level 1 entry that maps va in the kernel's own space; the tables above must be there. */
const u64 *recursive_entry(u64 va);

/* The same in the space of another, pinned, root. */
const u64 *recursive_alternative_entry(u64 root_pfn, u64 va);

/* False if there was none; needed before the root that it names can be unpinned, and for a suspend. */
bool recursive_clear_alternative(void);
u64 recursive_alternative_root(void);
