/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: pages of pebble's pseudo-physical memory.
 *
 * All pfns are mapped in one line from KERNEL_BASE, the first by the domain builder, the rest 2 MiB
 * at a time when they are first needed. So a kernel pointer is a pfn, and a frame number (mfn)
 * is only needed to talk to Xen.
 */
#pragma once
#include "text.h"
#include "xen_abi.h"

#define KERNEL_BASE VIRT_BASE

extern struct start_info *start_info;
extern struct shared_info shared_info_page;
static struct shared_info *const shared_info = &shared_info_page;

static inline void *pfn_pointer(u64 pfn) { return (void *)(KERNEL_BASE + (pfn << PAGE_SHIFT)); }
static inline u64 pointer_pfn(const void *pointer) { return ((u64)pointer - KERNEL_BASE) >> PAGE_SHIFT; }
static inline u64 pfn_mfn(u64 pfn) { return ((const u64 *)start_info->mfn_list)[pfn]; }
static inline u64 mfn_pfn(u64 mfn) { return MACHINE_TO_PHYSICAL[mfn]; }

/* Maps the shared info, which is Xen's, over its page; again after a resume. */
void shared_info_attach(void);
void shared_info_detach(void);
void memory_attach(void);

/* A page with undefined contents; panics if there is none: ask memory_free_pages() first. */
u64 page_allocate(void);
u64 page_allocate_zeroed(void);
void page_free(u64 pfn);
u64 memory_free_pages(void);
