/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

static const char *error_name(s64 error) {
    switch (error) {
    case 1: return "EPERM";
    case 2: return "ENOENT";
    case 3: return "ESRCH";
    case 7: return "E2BIG";
    case 12: return "ENOMEM";
    case 13: return "EACCES";
    case 14: return "EFAULT";
    case 16: return "EBUSY";
    case 17: return "EEXIST";
    case 19: return "ENODEV";
    case 22: return "EINVAL";
    case 28: return "ENOSPC";
    case 34: return "ERANGE";
    case 38: return "ENOSYS";
    case 62: return "ETIME";
    case 95: return "EOPNOTSUPP";
    }
    return "";
}

void outcome(const char *name, s64 result) {
    if (result < 0 && result >= -200)
        print("%s: %d %s\n", name, result, error_name(-result));
    else
        print("%s: %d\n", name, result);
}

void outcome_of(const char *name, void (*action)(void *), void *argument) {
    if (attempt(action, argument))
        print("%s: done\n", name);
    else
        print("%s: fault %u error %x\n", name, attempt_fault.vector, attempt_fault.error);
}

static bool is_foreign(u64 mfn) {
    u64 pfn = mfn_pfn(mfn);
    return pfn >= start_info->nr_pages || pfn_mfn(pfn) != mfn;
}

/* The frames around a domain's are another's, or free: the nearest one. */
u64 foreign_mfn(void) {
    u64 first = pfn_mfn(0), mfn = first;
    while (mfn > 1 && !is_foreign(mfn)) mfn--;
    if (mfn > 1) return mfn;
    for (mfn = first; !is_foreign(mfn);) mfn++;
    return mfn;
}
