/* SPDX-License-Identifier: Apache-2.0 */
/* reservations.c: memory asked for and given back against the rules (memory_op). */
#include "hostile.h"

struct reservation {
    u64 *frames, count;
    u32 order, flags;
    u16 domid;
};

struct exchange {
    struct reservation in, out;
    u64 done;
};

enum { INCREASE = 0, DECREASE = 1, POPULATE = 6, EXCHANGE = 11 };

static s64 reserve(u32 command, u64 *frames, u64 count, u32 order, u16 domid) {
    struct reservation r = {frames, count, order, 0, domid};
    return hypercall2(HYPERCALL_MEMORY_OP, command, &r);
}

void attempt_reservations(void) {
    u64 foreign = foreign_mfn(), none = NO_SUCH_MFN, page = page_allocate();
    u64 own = pfn_mfn(page), root = pfn_mfn(pointer_pfn(pagetable_kernel_root()));
    u64 list[4] = {0, 1, 2, 3};
    outcome("increase beyond the maximum", reserve(INCREASE, list, 4, 9, DOMID_SELF));
    outcome("increase by an order too large", reserve(INCREASE, list, 1, 20, DOMID_SELF));
    outcome("increase by wild pointer", reserve(INCREASE, (u64 *)UNMAPPED, 1, 0, DOMID_SELF));
    outcome("increase for domain 0", reserve(INCREASE, list, 1, 0, 0));
    outcome("increase for a domain that is not there", reserve(INCREASE, list, 1, 0, 0x1234));
    outcome("decrease by a foreign frame", reserve(DECREASE, &foreign, 1, 0, DOMID_SELF));
    outcome("decrease by a frame that is not there", reserve(DECREASE, &none, 1, 0, DOMID_SELF));
    outcome("decrease by wild pointer", reserve(DECREASE, (u64 *)XENS, 1, 0, DOMID_SELF));
    outcome("decrease by too many", reserve(DECREASE, &own, 1UL << 60, 0, DOMID_SELF));
    outcome("decrease by the root in use", reserve(DECREASE, &root, 1, 0, DOMID_SELF));
    outcome("the root is still ours", pagetable_maps((u64)pagetable_kernel_root()));
    outcome("decrease by a page that is mapped", reserve(DECREASE, &own, 1, 0, DOMID_SELF));
    outcome("unmap it", update_va_mapping((u64)pfn_pointer(page), 0, UVMF_INVLPG));
    outcome("map it after it was given back", update_va_mapping((u64)pfn_pointer(page), own << PAGE_SHIFT | 3, 0));
    u64 pfn = page;
    outcome("populate it again", reserve(POPULATE, &pfn, 1, 0, DOMID_SELF));
    if (pfn != page) outcome("map what came", update_va_mapping((u64)pfn_pointer(page), pfn << PAGE_SHIFT | PTE_KERNEL_DATA, 0));
    u64 in = foreign, out = page;
    struct exchange e = {{&in, 1, 0, 0, DOMID_SELF}, {&out, 1, 0, 0, DOMID_SELF}, 0};
    outcome("exchange a foreign frame", hypercall2(HYPERCALL_MEMORY_OP, EXCHANGE, &e));
    e = (struct exchange){{&in, 1, 0, 0, DOMID_SELF}, {&out, 2, 0, 0, DOMID_SELF}, 0};
    outcome("exchange one for two", hypercall2(HYPERCALL_MEMORY_OP, EXCHANGE, &e));
    e = (struct exchange){{&in, 1, 0, 0, DOMID_SELF}, {&out, 1, 0, 0, DOMID_SELF}, 9};
    outcome("exchange more than there is", hypercall2(HYPERCALL_MEMORY_OP, EXCHANGE, &e));
    outcome("an unknown memory operation", hypercall2(HYPERCALL_MEMORY_OP, 60, &e));
}
