/* SPDX-License-Identifier: Apache-2.0 */
/* address_space.h: the page tables and pages of one process. */
#pragma once
#include "types.h"

/* How many pages a process with so many pages of data takes, tables included. */
u64 address_space_cost(u64 data_pages);

/* Builds it all, not pinned yet; returns the pfn of its level 4 table. */
u64 address_space_build(const void *program, u64 program_size, u64 data_pages);

/* Frees everything below and the root itself; it must be unpinned and not in use. */
void address_space_destroy(u64 root_pfn);
