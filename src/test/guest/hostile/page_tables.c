/* SPDX-License-Identifier: Apache-2.0 */
/* page_tables.c: tables written, linked or pinned against the rules. */
#include "hostile.h"

static u64 *kernel_entry(const void *va, u32 level) {
    u64 *table = pagetable_find(pagetable_kernel_root(), (u64)va, level);
    return table + pte_index((u64)va, level);
}

static u64 maddr(const void *va) { return pfn_mfn(pointer_pfn(va)) << PAGE_SHIFT | ((u64)va & (PAGE_SIZE - 1)); }

static s64 update(const void *entry, u64 value, u32 kind) {
    struct mmu_update u = {maddr(entry) | kind, value};
    return mmu_update(&u, 1);
}

static s64 extended(u32 command, u64 mfn) {
    struct mmuext_op operation = {.command = command, .mfn = mfn};
    return mmuext_op(&operation, 1);
}

struct store {
    u64 *where, value;
};

static void store(void *argument) {
    struct store *s = argument;
    *(volatile u64 *)s->where = s->value;
}

static void try_store(const char *name, u64 *where, u64 value) {
    struct store s = {where, value};
    outcome_of(name, store, &s);
}

static void write_directly(u64 *page, u64 foreign) {
    u64 *level1 = kernel_entry(page, 1);
    u64 own = *level1;
    try_store("store to level 4", kernel_entry(page, 4), 0);
    try_store("store to level 3", kernel_entry(page, 3), 0);
    try_store("store to level 2", kernel_entry(page, 2), 0);
    try_store("store to level 1, the same again", level1, own);
    try_store("store to level 1, read-only", level1, own & ~PTE_WRITABLE);
    try_store("store to level 1, writable again", level1, own);
    try_store("store to level 1, a foreign frame", level1, foreign << PAGE_SHIFT | PTE_KERNEL_DATA);
    try_store("store to level 1, a table writable", level1, (maddr(kernel_entry(page, 2)) & PTE_FRAME) | PTE_KERNEL_DATA);
}

/* With the assist that lets Xen emulate a store to level 1, as Linux asks for. */
static void write_assisted(u64 *page, u64 foreign) {
    enum { ENABLE = 0, DISABLE = 1, WRITABLE_PAGE_TABLES = 2 };
    u64 *level1 = kernel_entry(page, 1), own = *level1;
    outcome("ask for the assist", hypercall2(HYPERCALL_VM_ASSIST, ENABLE, WRITABLE_PAGE_TABLES));
    write_directly(page, foreign);
    try_store("store to level 1, a frame that is not there", level1, NO_SUCH_MFN << PAGE_SHIFT | PTE_KERNEL_DATA);
    update_va_mapping((u64)page, own, UVMF_INVLPG);
    outcome("give the assist back", hypercall2(HYPERCALL_VM_ASSIST, DISABLE, WRITABLE_PAGE_TABLES));
    try_store("store to the machine-to-physical table", (u64 *)MACHINE_TO_PHYSICAL + pfn_mfn(0), 0);
}

static void map_wrongly(u64 *page, u64 foreign) {
    u64 own = *kernel_entry(page, 1), va = (u64)page, table = maddr(pagetable_kernel_root());
    outcome("map a foreign frame", update_va_mapping(va, foreign << PAGE_SHIFT | PTE_KERNEL_DATA, 0));
    outcome("map a foreign frame read-only", update_va_mapping(va, foreign << PAGE_SHIFT | PTE_PRESENT, 0));
    outcome("map a frame that is not there", update_va_mapping(va, NO_SUCH_MFN << PAGE_SHIFT | PTE_KERNEL_DATA, 0));
    outcome("map a table writable", update_va_mapping(va, table | PTE_KERNEL_DATA, 0));
    outcome("map a table read-only", update_va_mapping(va, table | PTE_PRESENT, 0));
    outcome("map a frame beyond the physical addresses", update_va_mapping(va, own | 1UL << 51, 0));
    outcome("map at an address without a table", update_va_mapping(0x400000, own, 0));
    outcome("map in Xen's addresses", update_va_mapping(XENS, own, 0));
    outcome("map in the machine-to-physical table", update_va_mapping((u64)MACHINE_TO_PHYSICAL, own, 0));
    outcome("map at an address that is not canonical", update_va_mapping(NOT_CANONICAL, own, 0));
    outcome("map with unknown flags", update_va_mapping(va, own, 3));
    outcome("map it back", update_va_mapping(va, own, UVMF_INVLPG));
}

static void update_wrongly(u64 *page, u64 foreign) {
    u64 *root = pagetable_kernel_root(), own = *kernel_entry(page, 1);
    outcome("update level 1 to a foreign frame", update(kernel_entry(page, 1), foreign << PAGE_SHIFT | 3, MMU_NORMAL));
    outcome("update level 2 to a data page", update(kernel_entry(page, 2), own, MMU_NORMAL));
    outcome("update level 2 to a large page", update(kernel_entry(page, 2), own | 0x80, MMU_NORMAL));
    outcome("update level 3 to a level 1 table", update(kernel_entry(page, 3), *kernel_entry(page, 2), MMU_NORMAL));
    outcome("update level 4 in Xen's slots", update(root + 256, root[272], MMU_NORMAL));
    outcome("update level 4 in Xen's last slot", update(root + 271, 0, MMU_NORMAL));
    outcome("update level 4 to itself writable", update(root + 300, maddr(root) | PTE_TABLE, MMU_NORMAL));
    outcome("update level 4 to itself read-only", update(root + 300, maddr(root) | PTE_PRESENT, MMU_NORMAL));
    outcome("update level 4 back", update(root + 300, 0, MMU_NORMAL));
    outcome("update a data page", update(page, 0, MMU_NORMAL));
    struct mmu_update m2p = {foreign << PAGE_SHIFT | MMU_MACHPHYS, 7};
    outcome("update the m2p of a foreign frame", mmu_update(&m2p, 1));
    m2p = (struct mmu_update){maddr(page) | MMU_MACHPHYS, pointer_pfn(page)};
    outcome("update the m2p of an own frame", mmu_update(&m2p, 1));
    m2p = (struct mmu_update){foreign << PAGE_SHIFT | MMU_NORMAL, 7};
    outcome("update a foreign frame", mmu_update(&m2p, 1));
    m2p = (struct mmu_update){NO_SUCH_MFN << PAGE_SHIFT | MMU_NORMAL, 7};
    outcome("update a frame that is not there", mmu_update(&m2p, 1));
    outcome("update by an unknown kind", update(page, 0, 3));
    m2p = (struct mmu_update){maddr(page), 0};
    outcome("update for a domain that is not there", hypercall4(HYPERCALL_MMU_UPDATE, (u64)&m2p, 1, 0, 0x1234));
    outcome("update for Xen's own domain", hypercall4(HYPERCALL_MMU_UPDATE, (u64)&m2p, 1, 0, 0x7ff2));
    outcome("update for domain 0", hypercall4(HYPERCALL_MMU_UPDATE, (u64)&m2p, 1, 0, 0));
}

static void pin_wrongly(u64 *page, u64 foreign) {
    u64 mfn = pfn_mfn(pointer_pfn(page));
    outcome("pin a writable page as level 1", extended(MMUEXT_PIN_L1, mfn));
    outcome("pin a writable page as level 4", extended(MMUEXT_PIN_L4, mfn));
    pagetable_protect(pointer_pfn(page));
    outcome("pin a read-only page as level 1", extended(MMUEXT_PIN_L1, mfn));
    outcome("pin it again", extended(MMUEXT_PIN_L1, mfn));
    outcome("pin it as level 2", extended(MMUEXT_PIN_L2, mfn));
    outcome("map it writable", update_va_mapping((u64)page, mfn << PAGE_SHIFT | PTE_KERNEL_DATA, 0));
    outcome("run on it", extended(MMUEXT_NEW_BASEPTR, mfn));
    outcome("run user mode on it", extended(MMUEXT_NEW_USER_BASEPTR, mfn));
    outcome("unpin it", extended(MMUEXT_UNPIN, mfn));
    outcome("unpin it again", extended(MMUEXT_UNPIN, mfn));
    pagetable_unprotect(pointer_pfn(page));
    page[0] = foreign << PAGE_SHIFT | PTE_KERNEL_DATA;
    pagetable_protect(pointer_pfn(page));
    outcome("pin a table with a foreign frame as level 1", extended(MMUEXT_PIN_L1, mfn));
    outcome("pin a table with a foreign frame as level 2", extended(MMUEXT_PIN_L2, mfn));
    pagetable_unprotect(pointer_pfn(page));
    page[0] = mfn << PAGE_SHIFT | PTE_TABLE;
    pagetable_protect(pointer_pfn(page));
    outcome("pin a table that holds itself as level 2", extended(MMUEXT_PIN_L2, mfn));
    outcome("pin a table that holds itself writable as level 4", extended(MMUEXT_PIN_L4, mfn));
    pagetable_unprotect(pointer_pfn(page));
    outcome("pin a foreign frame", extended(MMUEXT_PIN_L1, foreign));
    outcome("pin a frame that is not there", extended(MMUEXT_PIN_L4, NO_SUCH_MFN));
    outcome("unpin a foreign frame", extended(MMUEXT_UNPIN, foreign));
    outcome("run on a foreign frame", extended(MMUEXT_NEW_BASEPTR, foreign));
    outcome("run on nothing", extended(MMUEXT_NEW_BASEPTR, 0));
    outcome("run user mode on nothing", extended(MMUEXT_NEW_USER_BASEPTR, 0));
    outcome("an unknown extended operation", extended(99, mfn));
}

static void describe_wrongly(u64 *page, u64 foreign) {
    u64 frames[16] = {foreign};
    outcome("a GDT of foreign frames", hypercall2(HYPERCALL_SET_GDT, frames, 512));
    frames[0] = NO_SUCH_MFN;
    outcome("a GDT of frames that are not there", hypercall2(HYPERCALL_SET_GDT, frames, 512));
    outcome("a GDT that covers Xen's part", hypercall2(HYPERCALL_SET_GDT, frames, 8000));
    frames[0] = maddr(pagetable_kernel_root()) >> PAGE_SHIFT;
    outcome("a GDT in a page table", hypercall2(HYPERCALL_SET_GDT, frames, 512));
    frames[0] = pfn_mfn(pointer_pfn(page));
    outcome("a GDT in a writable page", hypercall2(HYPERCALL_SET_GDT, frames, 512));
    outcome("a descriptor in a foreign frame", hypercall4(10, foreign << PAGE_SHIFT, 0, 0, 0));
    outcome("a descriptor in a page table", hypercall4(10, maddr(pagetable_kernel_root()), 0, 0, 0));
    outcome("a descriptor of ring 0", hypercall4(10, maddr(page), 0x00af9a000000ffff, 0, 0));
    outcome("a descriptor of a call gate", hypercall4(10, maddr(page), 0x0000ec0000080000, 0, 0));
    outcome("a descriptor not aligned", hypercall4(10, maddr(page) + 4, 0, 0, 0));
    struct mmuext_op ldt = {.command = 13, .mfn = XENS, .argument = 16};
    outcome("an LDT in Xen's addresses", mmuext_op(&ldt, 1));
    ldt = (struct mmuext_op){.command = 13, .mfn = (u64)page, .argument = 100000};
    outcome("an LDT too long", mmuext_op(&ldt, 1));
    ldt = (struct mmuext_op){.command = 13, .mfn = (u64)page + 8, .argument = 16};
    outcome("an LDT not aligned", mmuext_op(&ldt, 1));
}

void attempt_page_tables(void) {
    u64 *page = pfn_pointer(page_allocate_zeroed()), foreign = foreign_mfn();
    write_directly(page, foreign);
    write_assisted(page, foreign);
    map_wrongly(page, foreign);
    update_wrongly(page, foreign);
    pin_wrongly(page, foreign);
    describe_wrongly(page, foreign);
}
