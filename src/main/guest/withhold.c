/* SPDX-License-Identifier: Apache-2.0 */
#include "withhold.h"
#include "frames.h"
#include "hypercall.h"
#include "memory.h"
#include "pagetable.h"
#include "traps.h"

/* The first one that is not reserved for the toolstack's. */
enum { REFERENCE = 8 };

static u64 granted, nameless, frameless; /* pfns; 0: none */
static u64 frameless_mfn;

/* Through it the grant table is seen, for the moment of a change: nothing of Xen's may be mapped in a suspend. */
static char window[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static void window_show(u64 mfn) {
    assert(update_va_mapping((u64)window, mfn << PAGE_SHIFT | PTE_KERNEL_DATA, UVMF_INVLPG) == 0);
}

static void grant_write(u16 flags, u64 pfn) {
    u64 table_mfn;
    struct grant_setup_table setup = {.domid = DOMID_SELF, .frames = 1, .frame_list = &table_mfn};
    frames_use();
    assert(hypercall3(HYPERCALL_GRANT_TABLE_OP, GRANT_SETUP_TABLE, &setup, 1) == 0 && setup.status == 0);
    window_show(table_mfn);
    struct grant_entry *entry = (struct grant_entry *)window + REFERENCE;
    entry->domid = 0;
    entry->frame = pfn_mfn(pfn);
    barrier();
    entry->flags = flags; /* last: it makes the rest count */
    barrier();
    window_show(pfn_mfn(pointer_pfn(window)));
    frames_done();
}

static void m2p_write(u64 pfn, u64 value) {
    frames_use();
    struct mmu_update update = {pfn_mfn(pfn) << PAGE_SHIFT | MMU_MACHPHYS, value};
    assert(mmu_update(&update, 1) == 0);
    frames_done();
}

static void p2m_write(u64 pfn, u64 mfn) { ((volatile u64 *)start_info->mfn_list)[pfn] = mfn; }

u64 withhold_grant(void) {
    if (!granted) {
        granted = page_allocate_zeroed();
        grant_write(GRANT_PERMIT_ACCESS, granted);
    }
    return granted;
}

u64 withhold_m2p(void) {
    if (!nameless) {
        nameless = page_allocate_zeroed();
        m2p_write(nameless, ~0UL);
    }
    return nameless;
}

u64 withhold_p2m(void) {
    if (!frameless) {
        frameless = page_allocate_zeroed();
        frameless_mfn = pfn_mfn(frameless);
        p2m_write(frameless, ~0UL);
    }
    return frameless;
}

static u64 put_back(u64 *pfn) {
    if (!*pfn) return 0;
    page_free(*pfn);
    *pfn = 0;
    return 1;
}

u64 withhold_none(void) {
    if (granted) grant_write(0, granted);
    if (nameless) m2p_write(nameless, nameless);
    if (frameless) p2m_write(frameless, frameless_mfn);
    return put_back(&granted) + put_back(&nameless) + put_back(&frameless);
}
