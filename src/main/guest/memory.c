/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c: the page allocator. Free memory is what was never handed out, from a mark upwards,
 * and a list of what came back. Pages above the mark are not touched, so that memory nobody
 * used costs the host nothing.
 */
#include "memory.h"
#include "hypercall.h"
#include "pagetable.h"
#include "traps.h"

/* So many pages are kept for the page tables that map the next 2 MiB. */
enum { RESERVE = 4 };

struct start_info *start_info;

static u64 never_used; /* first pfn never handed out */
static u64 mapped_end; /* first pfn not mapped yet */
static u64 returned;   /* head of the list of freed pages, linked by their first word; 0: empty */
static u64 returned_count;

/* Tells the toolstack where to find the p2m, which it needs for a save. */
static void publish_p2m(void) {
    shared_info->max_pfn = start_info->nr_pages;
    shared_info->p2m_frame_list_list = ~0UL; /* no tree */
    shared_info->p2m_vaddr = start_info->mfn_list;
    shared_info->p2m_cr3 = pfn_mfn(pointer_pfn((void *)start_info->pt_base)) << PAGE_SHIFT;
}

void shared_info_attach(void) {
    u64 entry = start_info->shared_info | PTE_PRESENT | PTE_WRITABLE;
    assert(update_va_mapping((u64)shared_info, entry, UVMF_INVLPG) == 0);
    publish_p2m();
}

void shared_info_detach(void) { assert(update_va_mapping((u64)shared_info, 0, UVMF_INVLPG) == 0); }

static u64 find_mapped_end(u64 pfn) {
    while (pfn < start_info->nr_pages && pagetable_maps((u64)pfn_pointer(pfn))) pfn++;
    return pfn;
}

void memory_attach(void) {
    /* The bootstrap page tables and one page of stack are the last things the builder placed. */
    never_used = pointer_pfn((void *)start_info->pt_base) + start_info->nr_pt_frames + 1;
    mapped_end = find_mapped_end(never_used);
}

u64 memory_free_pages(void) {
    u64 fresh = start_info->nr_pages - never_used;
    u64 tables = (start_info->nr_pages - mapped_end + PTE_COUNT - 1) / PTE_COUNT;
    u64 total = fresh + returned_count;
    u64 kept = tables ? tables + tables / PTE_COUNT + RESERVE : 0;
    return total > kept ? total - kept : 0;
}

static u64 take_page(void) { return never_used++; }

u64 page_allocate(void) {
    if (returned) {
        u64 pfn = returned;
        returned = *(u64 *)pfn_pointer(pfn);
        returned_count--;
        return pfn;
    }
    if (never_used + RESERVE >= mapped_end && mapped_end < start_info->nr_pages)
        mapped_end = pagetable_extend(mapped_end, start_info->nr_pages, take_page);
    assert(never_used < start_info->nr_pages);
    return never_used++;
}

u64 page_allocate_zeroed(void) {
    u64 pfn = page_allocate();
    memset(pfn_pointer(pfn), 0, PAGE_SIZE);
    return pfn;
}

void page_free(u64 pfn) {
    *(u64 *)pfn_pointer(pfn) = returned;
    returned = pfn;
    returned_count++;
}
